import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestCluster } from '../kernel/testing/cluster.ts';
import type { Benchmark } from './bench.ts';
import { runTimed } from './test-kernel/run-timed.ts';

const ROUNDS = 5;
const first = join(import.meta.dirname, 'test-kernel/first-test.ts');

/** What the first test of a run costs: its process, the kernel's code, the throw-away database. */
const testKernelStart: Benchmark = {
  title: 'The first test of a run (goals: the database under 2000 ms, kernel and app under 300 ms)',
  async run() {
    const [database, alone, shared, made, loaded]: number[][] = [[], [], [], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      const { cluster, folder, run } = await startTestCluster();
      database?.push(performance.now() - start);
      // The template of the database is made by the first process of a run.
      await runTimed(first, { FREEHOLD_TEST_CLUSTER: run });
      const timed = await runTimed(first, { FREEHOLD_TEST_CLUSTER: run });
      shared?.push(timed.process);
      made?.push(timed.made);
      loaded?.push(timed.loaded);
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
      alone?.push((await runTimed(first, {})).process);
    }
    return [
      { name: 'a throw-away PostgreSQL, from nothing', samples: database ?? [] },
      { name: 'a whole process with one test, and its database', samples: alone ?? [] },
      { name: 'the same, on the database of the run', samples: shared ?? [] },
      { name: 'of that: loading the code of the kernel', samples: loaded ?? [] },
      { name: 'of that: kernel and app', samples: made ?? [] },
    ];
  },
};
export default testKernelStart;
