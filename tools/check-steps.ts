import type { Step } from './steps/step.ts';

/** The fast loop. What needs the compiler runs beside the tests: the lane of the tests decides how long all takes. */
export const checkLanes: readonly (readonly Step[])[] = [
  [
    { name: 'types', command: ['tsc', '--project', '.'] },
    { name: 'lint and format', command: ['biome', 'check', '--error-on-warnings', '.'] },
    { name: 'boundaries', command: ['node', 'tools/boundaries.ts'] },
    { name: 'public declarations', command: ['node', 'tools/api-report.ts', '--check'] },
  ],
  [{ name: 'unit and harness tests', command: ['vitest', 'run', '--project', 'unit', '--project', 'harness'] }],
];
