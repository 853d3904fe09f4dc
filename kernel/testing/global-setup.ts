import { rm } from 'node:fs/promises';
import { SHARED_CLUSTER, startTestCluster } from './cluster.ts';

/** For vitest's `globalSetup`: one PostgreSQL for all processes of the test run, which dies with the run's main process. */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env[SHARED_CLUSTER]) return async () => {};
  const { cluster, folder, run } = await startTestCluster();
  process.env[SHARED_CLUSTER] = run;
  return async () => {
    await cluster.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
