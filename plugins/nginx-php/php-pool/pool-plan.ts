import type { DriverInput } from '@freehold/sdk';
import type { PhpPoolSpec } from '../contract/php-pool.ts';
import type { PhpSettings } from '../contract/php-settings.ts';
import { webServerUser } from '../contract/web-server.ts';
import { nameOnNode, phpVersionPaths } from '../layout.ts';
import { effectiveSettings, poolSettings } from './pool-settings.ts';

export type PoolInput = Pick<DriverInput<PhpPoolSpec>, 'id' | 'spec' | 'owner' | 'node'>;

/** When php-fpm ends a request. Waiting for others does not count as computing time, so it gets some more. */
export function terminateSeconds(settings: PhpSettings | undefined): number {
  return effectiveSettings(settings).max_execution_time + 15;
}

/** What the template of a pool is filled with. */
export function planPool(input: PoolInput, version: string) {
  const { id, spec, owner, node } = input;
  const folders = poolFolders(input);
  return {
    name: nameOnNode(owner, id),
    user: node.privileged ? owner.user : null,
    group: owner.group,
    listen: poolSocket(input, version),
    socketUser: node.privileged ? webServerUser(node) : null,
    workers: spec.workers ?? 5,
    terminateSeconds: terminateSeconds(spec.phpSettings),
    slowLog: spec.slowLog ? { seconds: spec.slowLog.seconds, path: folders.slowLog } : null,
    environment: variables({
      PATH: '/usr/local/bin:/usr/bin:/bin',
      USER: owner.user,
      HOME: owner.home,
      TMPDIR: folders.temporary,
      ...spec.systemEnvironment,
    }).filter(({ name }) => !Object.hasOwn(spec.environment ?? {}, name)),
    settings: [
      ...poolSettings(spec.phpSettings),
      fixed(
        'open_basedir',
        [...spec.folders, folders.temporary, folders.sessions, '/usr/share/php']
          .map((folder) => `${folder}/`)
          .join(':'),
      ),
      fixed('upload_tmp_dir', folders.temporary),
      fixed('sys_temp_dir', folders.temporary),
      fixed('error_log', folders.errorLog),
      { name: 'session.save_path', value: folders.sessions, fixed: false },
    ],
  };
}

/** What the tenant sets is in a file of its own, because such variables often are secrets. */
export function planEnvironment({ id, spec, owner }: PoolInput) {
  return { name: nameOnNode(owner, id), environment: variables(spec.environment ?? {}) };
}

export function poolSocket({ id, owner, node }: PoolInput, version: string): string {
  return `${phpVersionPaths(node, version).run}/${nameOnNode(owner, id)}.sock`;
}

export function poolFolders({ id, spec, owner }: Pick<PoolInput, 'id' | 'spec' | 'owner'>) {
  const prefix = id === 'main' ? '' : `${id}-`;
  const logs = spec.logFolder ?? `${owner.home}/logs/php`;
  return {
    temporary: spec.temporaryFolder ?? `${owner.home}/tmp`,
    sessions: spec.sessionFolder ?? `${owner.home}/sessions`,
    logs,
    errorLog: `${logs}/${prefix}error.log`,
    slowLog: `${spec.slowLog?.folder ?? `${owner.home}/logs`}/${prefix}php-slow.log`,
  };
}

function fixed(name: string, value: string) {
  return { name, value, fixed: true };
}

function variables(record: Readonly<Record<string, string>>) {
  return Object.entries(record).map(([name, value]) => ({ name, value }));
}
