import { join } from 'node:path';
import type { Installation } from '../installation.ts';
import { type RunningProcess, startChild } from '../processes/child.ts';
import { endProcess, type Service } from '../processes/supervisor.ts';
import { childEnvironment } from './environment.ts';
import { memoryEnvironment, memoryFlags } from './server-memory.ts';

export interface Server extends Service {
  /** Address of the API, once it runs. */
  readonly api: () => string;
}

/** The server: API, panel, jobs, plugins. Unprivileged. */
export function makeServer(installation: Installation, databaseUrl: () => string): Server {
  const { home, settings, program, node, account, stop, ports } = installation;
  let api = '';
  return {
    name: 'server',
    title: 'server',
    api: () => api,
    async start(): Promise<RunningProcess> {
      const child = await startChild<{ api: string }>({
        name: 'server',
        argv: [node, '--enable-source-maps', ...memoryFlags, join(program, 'kernel/server/main.ts')],
        env: {
          ...childEnvironment(home.server),
          ...memoryEnvironment,
          FREEHOLD_HOME: home.path,
          FREEHOLD_HOST: settings.host,
          FREEHOLD_PORT: `${ports.api}`,
          FREEHOLD_PROGRAM: program,
          FREEHOLD_LOG_LEVEL: settings.logLevel,
          DATABASE_URL: databaseUrl(),
        },
        logFile: join(home.logs, 'server.log'),
        patience: 90_000,
        signal: stop,
        ...(account ? { account } : {}),
      });
      api = child.ready.api;
      return child;
    },
    stop: (running, hurry) => endProcess(running, { patience: 15_000, hurried: 1_000, hurry }),
  };
}
