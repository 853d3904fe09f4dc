import { directory, file, log, type NodeInput, type Resource, service } from '@freehold/sdk';
import type { Config } from '../config.ts';
import { phpPaths, phpService, phpVersionPaths } from '../layout.ts';
import { loadTemplate } from '../templates/load.ts';
import type { Php } from './php-versions.ts';

const renderMain = loadTemplate<ReturnType<typeof planMain>>('php-ini', 'php-fpm.conf.hbs');
const renderSettings = loadTemplate<Pick<Config, 'opcacheMegabytes'> & { disabledFunctions: string }>(
  'php-ini',
  'php.ini.hbs',
);

/** One main process for each PHP version. The pools are added by the apps that use it. */
export function phpResources(node: NodeInput, config: Config, phps: readonly Php[]): Resource[] {
  const { config: folder, run, logs } = phpPaths(node);
  return [
    directory({ path: folder, mode: '0711' }),
    directory({ path: run, mode: '0711' }),
    directory({ path: logs, mode: '0711' }),
    ...phps.flatMap((php) => versionResources(node, config, php)),
  ];
}

function versionResources(node: NodeInput, config: Config, { version, program }: Php): Resource[] {
  const paths = phpVersionPaths(node, version);
  const name = phpService(version);
  return [
    directory({ path: paths.config, mode: '0711' }),
    directory({ path: paths.pools, mode: '0700' }),
    directory({ path: paths.settings, mode: '0755' }),
    directory({ path: paths.run, mode: '0711' }),
    file({ path: paths.main, content: renderMain(planMain(node, config, version)) }),
    file({
      path: `${paths.settings}/freehold.ini`,
      content: renderSettings({
        opcacheMegabytes: config.opcacheMegabytes,
        disabledFunctions: config.disabledFunctions.join(','),
      }),
    }),
    log({ id: name, title: `PHP ${version}`, path: paths.log, reopen: { service: name, signal: 'SIGUSR1' } }),
    service({
      name,
      argv: [program, '--nodaemonize', '--fpm-config', paths.main],
      /** Empty before the colon: the folder that was compiled in, with the distribution's files of the extensions. */
      env: { PHP_INI_SCAN_DIR: `:${paths.settings}` },
      validate: [program, '--test', '--fpm-config', paths.main],
      reloadSignal: 'SIGUSR2',
      reloadAfter: [paths.main, `${paths.pools}/*`, `${paths.settings}/*`],
      stopSignal: 'SIGQUIT',
      stopTimeout: config.reloadGraceSeconds + 5,
      listens: [`unix:${paths.idleSocket}`],
    }),
  ];
}

function planMain(node: NodeInput, { reloadGraceSeconds }: Config, version: string) {
  const { pid, log: path, pools, idleSocket } = phpVersionPaths(node, version);
  return {
    pid,
    log: path,
    reloadGraceSeconds,
    pools: `${pools}/*.conf`,
    idleSocket,
    user: node.privileged ? 'nobody' : null,
    group: 'nogroup',
  };
}
