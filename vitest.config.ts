import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const everywhere = '{sdk,kernel,plugins,tools,ui-shell,e2e,bench}';

/** Processes that tests start need not read and compile the same files again and again. */
const env = { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/freehold/compiled') };

/**
 * Four kinds of tests, by the name of the file:
 * - `x.test.ts` stands beside `x.ts` and needs nothing but this process;
 * - `x.harness.test.ts` runs the whole kernel in this process, with a simulated node;
 * - `x.thorough.test.ts` is like one of these, and takes longer than the fast loop may: everything that is crashed at every step, or
 *   built and used as somebody outside this repository would;
 * - `e2e/x.e2e.test.ts`, and `x.real.test.ts` beside one part, run the real thing on this machine, as root, one file after
 *   the other, because they share its users, ports and packages.
 */
export default defineConfig({
  test: {
    // Most tests wait for a database or a process for some of their time, so one core less would be idle.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          env,
          // Tests change nothing that outlives them, so a process need not be made, and all imported again, for each file.
          isolate: false,
          testTimeout: 60_000,
          include: [`${everywhere}/**/*.test.ts`],
          exclude: ['**/node_modules/**', '**/dist/**', '**/template/**', '**/*.{harness,thorough,real,e2e}.test.ts'],
        },
      },
      {
        test: {
          name: 'harness',
          env,
          isolate: false,
          include: [`${everywhere}/**/*.harness.test.ts`],
          exclude: ['**/node_modules/**', '**/dist/**', '**/template/**'],
          globalSetup: ['kernel/testing/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'thorough',
          env,
          include: [`${everywhere}/**/*.thorough.test.ts`],
          exclude: ['**/node_modules/**', '**/dist/**', '**/template/**'],
          globalSetup: ['kernel/testing/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.test.ts', `${everywhere}/**/*.real.test.ts`],
          exclude: ['**/node_modules/**', '**/dist/**'],
          globalSetup: ['kernel/testing/global-setup.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 300_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
