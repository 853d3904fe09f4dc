import { rmSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, socketUrl, startCluster } from '../postgres/cluster.ts';
import { TEST_FOLDER } from './temporary-folder.ts';

/** Set by the test run's global setup: folder of the socket of the cluster that all its processes share. */
export const SHARED_CLUSTER = 'FREEHOLD_TEST_CLUSTER';

/** Gives the connection string of a database. */
export type ClusterUrl = (database: string) => string;

/**
 * The throw-away cluster of this test run; without one, the process starts its own, which ends with it however it ends.
 */
export function loadTestCluster(): Promise<ClusterUrl> {
  loading ??= loadCluster();
  return loading;
}

let loading: Promise<ClusterUrl> | undefined;

async function loadCluster(): Promise<ClusterUrl> {
  const shared = process.env[SHARED_CLUSTER];
  if (shared) return (database) => socketUrl(shared, database);
  const { cluster, folder } = await startTestCluster();
  cluster.unref();
  process.once('exit', () => {
    process.kill(cluster.pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return cluster.url;
}

export interface TestCluster {
  readonly cluster: Cluster;
  readonly folder: string;
  readonly run: string;
}

/** Starts a cluster in a folder of its own below the system's temporary folder. It loses everything in a crash. */
export async function startTestCluster(): Promise<TestCluster> {
  await removeLeftovers();
  const folder = await mkdtemp(join(tmpdir(), `${TEST_FOLDER}${process.pid}-`));
  await chmod(folder, 0o711);
  const run = join(folder, 'run');
  const cluster = await startCluster({
    data: join(folder, 'data'),
    run,
    user: 'nobody',
    stage: join(tmpdir(), `freehold-postgres-${process.getuid?.()}`),
    throwaway: true,
  });
  return { cluster, folder, run };
}

/** A test run that was killed could not remove its folder; its cluster ended by itself. */
async function removeLeftovers(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(TEST_FOLDER));
  await Promise.all(
    names.map(async (name) => {
      const path = join(tmpdir(), name);
      const owner = Number(name.slice(TEST_FOLDER.length).split('-')[0]);
      const found = await stat(path).catch(() => undefined);
      if (found?.uid !== process.getuid?.() || isAlive(owner)) return;
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
    }),
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
