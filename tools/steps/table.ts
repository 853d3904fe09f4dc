import type { Omission, Outcome } from './step.ts';

/** What ran and how long it took, and what did not run and why. */
export function formatTable(
  outcomes: readonly Outcome[],
  { seconds, omitted }: { seconds: number; omitted: readonly Omission[] },
): string {
  const width = Math.max(
    ...[...outcomes.map(({ step }) => step.name), ...omitted.map(({ name }) => name), 'together'].map(
      ({ length }) => length,
    ),
  );
  const row = (name: string, result: string, time?: number) =>
    `  ${name.padEnd(width)}  ${time === undefined ? '        ' : `${time.toFixed(1).padStart(6)} s`}  ${result}`;
  return [
    ...outcomes.map(({ step, passed, seconds: time }) => row(step.name, passed ? 'passed' : 'FAILED', time)),
    ...omitted.map(({ name, reason }) => row(name, `not run: ${reason}`)),
    row('together', outcomes.every(({ passed }) => passed) ? 'passed' : 'FAILED', seconds),
  ].join('\n');
}
