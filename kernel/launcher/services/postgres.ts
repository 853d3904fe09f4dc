import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Cluster, ClusterOptions } from '../../postgres/cluster.ts';
import type { Installation } from '../installation.ts';
import type { RunningProcess } from '../processes/child.ts';
import type { Service } from '../processes/supervisor.ts';

const DATABASE = 'freehold';

interface RunningCluster extends RunningProcess {
  readonly cluster: Cluster;
}

export interface Postgres extends Service {
  /** Connection string; known once it runs, and the same after a restart. */
  readonly url: () => string;
  /** Whether the first start made the data folder: an empty database. */
  readonly created: () => boolean;
}

/** The embedded PostgreSQL: its data below the data folder, reached through a unix socket only. */
export function makePostgres({ home, program, account }: Installation): Postgres {
  let last: Cluster | undefined;
  let created = false;
  return {
    name: 'postgres',
    title: 'database',
    url: () => last?.url(DATABASE) ?? '',
    created: () => created,
    async start(): Promise<RunningCluster> {
      // From the program that the account can reach, and not from the checkout.
      const { startCluster, ensureDatabase } = await loadModule(program);
      const options: ClusterOptions = {
        data: join(home.postgres, 'data'),
        run: join(home.postgres, 'run'),
        stage: join(home.postgres, 'program'),
        log: (text) => appendToLog(join(home.logs, 'postgres.log'), text),
        ...(account ? { user: account.name } : {}),
      };
      const cluster = await startCluster(options);
      await ensureDatabase(cluster.url('postgres'), DATABASE);
      last = cluster;
      created ||= cluster.created;
      const exited = cluster.exited.then((code) => ({ code, signal: null }));
      return { pid: cluster.pid, cluster, exited, kill: (signal) => void process.kill(cluster.pid, signal) };
    },
    async stop(running, hurry) {
      // SIGQUIT ends it without a checkpoint; the next start recovers, which takes a moment and loses nothing.
      hurry.addEventListener('abort', () => running.kill('SIGQUIT'), { once: true });
      await (running as RunningCluster).cluster.stop();
    },
  };
}

/** Its processes write when the first of them has ended, too. A disk that is full is no reason to end with it. */
function appendToLog(path: string, text: string): void {
  try {
    appendFileSync(path, text, { mode: 0o600 });
  } catch {
    // What cannot be written is lost.
  }
}

async function loadModule(program: string): Promise<typeof import('../../postgres/cluster.ts')> {
  return import(pathToFileURL(join(program, 'kernel/postgres/cluster.ts')).href);
}
