import { runStep } from './run-step.ts';
import type { Omission, Outcome, Step } from './step.ts';
import { formatTable } from './table.ts';

/**
 * Runs lanes next to each other, and the steps of a lane one after the other; a step that fails stops nobody. Prints what
 * fails and, at the end, a table.
 *
 * @returns the exit code
 */
export async function runLanes(
  lanes: readonly (readonly Step[])[],
  { root, omitted = [] }: { root: string; omitted?: readonly Omission[] },
): Promise<number> {
  const start = performance.now();
  const outcomes = (await Promise.all(lanes.map((lane) => runLane(lane, root)))).flat();
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(`\n${formatTable(outcomes, { seconds, omitted })}\n`);
  return outcomes.every(({ passed }) => passed) ? 0 : 1;
}

async function runLane(lane: readonly Step[], root: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const step of lane) outcomes.push(await runStep(step, root));
  return outcomes;
}
