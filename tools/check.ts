import { join } from 'node:path';
import { checkLanes } from './check-steps.ts';
import { runLanes } from './steps/run-lanes.ts';

/** The fast loop: `npm run check`, or `npm run check -- types boundaries` for the steps whose names begin so. */

const wanted = process.argv.slice(2);
const lanes = checkLanes.map((lane) =>
  lane.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.startsWith(word))),
);
if (lanes.flat().length === 0) {
  const names = checkLanes.flat().map(({ name }) => name);
  process.stderr.write(`There is no step ${wanted.join(', ')}. The steps are: ${names.join(', ')}.\n`);
  process.exit(2);
}
process.exitCode = await runLanes(lanes, { root: join(import.meta.dirname, '..') });
