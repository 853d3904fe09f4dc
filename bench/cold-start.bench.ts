import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { takeDatabase } from '../kernel/testing/database.ts';
import type { Benchmark } from './bench.ts';

const ROUNDS = 8;
const root = join(import.meta.dirname, '..');

/** From nothing to `/ready`: the process, its code, the plugins, the database, the port. */
const coldStart: Benchmark = {
  title: 'Cold start of the server with all plugins, PostgreSQL already up (goal: under 1500 ms)',
  async run() {
    const home = await mkdtemp('/tmp/freehold-bench-');
    await using database = await takeDatabase();
    await mkdir(join(home, 'server'));
    try {
      const environment = {
        FREEHOLD_HOME: home,
        FREEHOLD_PORT: '0',
        DATABASE_URL: database.url,
        FREEHOLD_LOG_LEVEL: 'error',
      };
      const start = (program: string) => measureStart(join(root, program), environment);
      const [floor, server]: number[][] = [[], []];
      // The first start compiles, as an installation does once.
      await start('kernel/server/main.ts');
      for (let round = 0; round < ROUNDS; round++) {
        floor?.push(await start('bench/cold-start/floor.ts'));
        server?.push(await start('kernel/server/main.ts'));
      }
      return [
        { name: 'Node, one connection to the database, one answer', samples: floor ?? [] },
        { name: 'the server', samples: server ?? [] },
      ];
    } finally {
      await rm(home, { recursive: true });
    }
  },
};
export default coldStart;

/** Milliseconds until the program says that it is ready. It is ended afterwards. */
async function measureStart(program: string, environment: NodeJS.ProcessEnv): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    for await (const line of createInterface({ input: child.stdout }))
      if (line.includes('"ready":true')) return performance.now() - begin;
    throw new Error(`${program} ended before it was ready`);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}
