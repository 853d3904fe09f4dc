import { type DriverInput, defineDriver, directory, file, log, type Problem, type Resource } from '@freehold/sdk';
import { type PhpPoolSpec, phpPool } from './contract/php-pool.ts';
import { nameOnNode, phpService, phpVersionPaths } from './layout.ts';
import { choosePhp, type Php, phpProblems } from './node-role/php-versions.ts';
import {
  type PoolInput,
  planEnvironment,
  planPool,
  poolFolders,
  poolSocket,
  terminateSeconds,
} from './php-pool/pool-plan.ts';
import { settingsProblems } from './php-pool/settings-problems.ts';
import { loadTemplate } from './templates/load.ts';

const renderPool = loadTemplate<ReturnType<typeof planPool>>('php-ini', 'pool.conf.hbs');
const renderEnvironment = loadTemplate<ReturnType<typeof planEnvironment>>('php-ini', 'pool-environment.conf.hbs');

type Input = DriverInput<PhpPoolSpec>;

/** Makes a pool true with configuration files of php-fpm, and the folders that its processes write to. */
export const phpPoolDriver = defineDriver(phpPool, {
  check: (input) => [
    ...phpProblems(input.role, input.spec.phpVersion, input.node.name),
    ...settingsProblems(input.spec.phpSettings),
    ...slowLogProblems(input),
    ...userProblems(input),
    ...socketProblems(input),
  ],
  outputs: (input) => {
    const { version } = phpOf(input);
    return { socket: `unix:${poolSocket(input, version)}`, version };
  },
  lower: (input) => {
    const { version } = phpOf(input);
    return [...folders(input), ...logs(input, version), ...(input.spec.suspended ? [] : configuration(input, version))];
  },
});

function phpOf({ role, spec, node }: Input): Php {
  const php = choosePhp(role, spec.phpVersion);
  if (!php)
    throw new Error(
      phpProblems(role, spec.phpVersion, node.name)[0]?.message ??
        `Node ${node.name} has not reported its PHP versions yet.`,
    );
  return php;
}

/** What PHP leaves in them belongs to the app: the agent takes it away with the folders. */
function folders({ id, spec, owner }: PoolInput): Resource[] {
  const { temporary, sessions, logs } = poolFolders({ id, spec, owner });
  const own = { owner: owner.user, group: owner.group, mode: '0700' };
  return [temporary, sessions, logs].map((path) => directory({ path, ...own }));
}

function logs(input: PoolInput, version: string): Resource[] {
  const { errorLog, slowLog } = poolFolders(input);
  const { id, spec, owner } = input;
  const prefix = id === 'main' ? '' : `${id}-`;
  const title = id === 'main' ? '' : ` (${id})`;
  const errors = log({
    id: `${prefix}php`,
    title: `PHP${title}`,
    path: errorLog,
    owner: owner.user,
    group: owner.group,
  });
  if (!spec.slowLog) return [errors];
  return [
    errors,
    log({
      id: `${prefix}php-slow`,
      title: `Slow PHP requests${title}`,
      path: slowLog,
      reopen: { service: phpService(version), signal: 'SIGUSR1' },
    }),
  ];
}

function configuration(input: PoolInput, version: string): Resource[] {
  const path = `${phpVersionPaths(input.node, version).pools}/${nameOnNode(input.owner, input.id)}`;
  const listens = [`unix:${poolSocket(input, version)}`];
  const pool = file({ path: `${path}.conf`, content: renderPool(planPool(input, version)), mode: '0640', listens });
  const environment = planEnvironment(input);
  if (environment.environment.length === 0) return [pool];
  return [
    pool,
    file({ path: `${path}.environment.conf`, content: renderEnvironment(environment), secret: true, mode: '0600' }),
  ];
}

/** php-fpm does not start when slow requests are ended before they are logged. */
function slowLogProblems({ spec }: Input): Problem[] {
  const end = terminateSeconds(spec.phpSettings);
  if (!spec.slowLog || spec.slowLog.seconds <= end) return [];
  return [
    {
      pointer: '/slowLog/seconds',
      message: `A request is ended after ${end} seconds, so none takes ${spec.slowLog.seconds}.`,
      remedy: `Choose at most ${end}, or raise max_execution_time.`,
    },
  ];
}

function userProblems({ owner, node }: Input): Problem[] {
  if (owner.kind === 'app' || !node.privileged) return [];
  return [
    {
      pointer: '',
      message: 'PHP cannot run for a node role, whose user is root.',
      remedy: 'Declare the pool in an app type.',
    },
  ];
}

/** A unix socket's path has at most 107 bytes (unix(7)). */
function socketProblems(input: Input): Problem[] {
  const socket = poolSocket(input, input.spec.phpVersion ?? '99.99');
  if (Buffer.byteLength(socket) <= 107) return [];
  return [
    {
      pointer: '',
      message: `The path of the socket has more than 107 bytes: ${socket}`,
      remedy: 'Give the pool a shorter id, or the installation a shorter data folder.',
    },
  ];
}
