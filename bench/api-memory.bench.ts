import { fill } from './api/fill.ts';
import { startInstallation } from './api/installation.ts';
import { load } from './api/load.ts';
import { readResident } from './api/resident.ts';
import type { Benchmark } from './bench.ts';

const REQUESTS = 1_000_000;
const SECONDS = 30;

/** Megabytes of the server's process while it answers a million requests. */
const memory: Benchmark = {
  title: 'Memory of the server over a million requests (goal: under 250 MB)',
  async run() {
    await using installation = await startInstallation();
    const { server, token, pool } = installation;
    await fill(pool, 1_000);
    const samples = [await readResident(server.pid)];
    for (let count = 0; count < REQUESTS; ) {
      const measured = await load({ url: `${server.api}/v1/apps?limit=20`, token, connections: 50, seconds: SECONDS });
      count += measured.count;
      samples.push(await readResident(server.pid));
      process.stdout.write(`  ${count.toLocaleString('en')} requests: ${samples.at(-1)?.toFixed(0)} MB\n`);
    }
    return [
      { name: 'before the first request', unit: 'MB', samples: samples.slice(0, 1) },
      { name: 'after a million', unit: 'MB', samples: samples.slice(-1) },
      { name: 'the most', unit: 'MB', samples: [Math.max(...samples)] },
    ];
  },
};
export default memory;
