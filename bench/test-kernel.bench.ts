import { join } from 'node:path';
import { createTestKernel } from '@freehold/sdk/testing';
import { takeDatabase } from '../kernel/testing/database.ts';
import type { Benchmark } from './bench.ts';
import { countingQueries } from './test-kernel/count-queries.ts';

const ROUNDS = 30;
/** The first ones compile, as the first tests of a file do. */
const WARM_UP = 10;
const plugins = [join(import.meta.dirname, '../plugins/nginx-php')];

/** What a test costs in which a plugin author makes a kernel and an app, after the first test of a file. */
const testKernel: Benchmark = {
  title: 'A further test: a kernel of its own and a PHP website on it (goal: under 50 ms)',
  async run() {
    const [floor, both, kernelAlone, change]: number[][] = [[], [], [], []];
    await using database = await takeDatabase();
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const { queries, made, kernel, changed } = await oneTest();
      const measured = await measureRoundTrips(database.store.pool, queries);
      if (round < 0) continue;
      floor?.push(measured);
      both?.push(made);
      kernelAlone?.push(kernel);
      change?.push(changed);
    }
    return [
      { name: 'as many round trips to the database as that takes', samples: floor ?? [] },
      { name: 'createTestKernel() and apps.create()', samples: both ?? [] },
      { name: 'createTestKernel() alone', samples: kernelAlone ?? [] },
      { name: 'app.change() after that', samples: change ?? [] },
    ];
  },
};
export default testKernel;

/** Milliseconds, and the queries until the app was made. */
async function oneTest() {
  const start = performance.now();
  let kernelMade = 0;
  const { queries, result } = await countingQueries(async () => {
    const kernel = await createTestKernel({ plugins });
    kernelMade = performance.now();
    return { kernel, app: await kernel.apps.create('php-site', { hostnames: ['a.test'] }) };
  });
  const appMade = performance.now();
  await result.app.change({ hostnames: ['b.test'] });
  const changed = performance.now() - appMade;
  await result.kernel.close();
  return { queries, kernel: kernelMade - start, made: appMade - start, changed };
}

async function measureRoundTrips(pool: { query(sql: string): Promise<unknown> }, count: number): Promise<number> {
  const start = performance.now();
  for (let left = count; left > 0; left--) await pool.query('select 1');
  return performance.now() - start;
}
