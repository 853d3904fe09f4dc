import type { Change, Plan } from '../api-types.ts';
import type { Colors } from './output.ts';

/** What an apply would do, resource by resource, each with the lines that change. */
export function renderPlan({ changes, problems }: Plan, colors: Colors): string {
  const blocks = changes.map((change) => renderChange(change, colors));
  return [
    ...blocks,
    ...problems.map((problem) => colors.red(`✗ ${problem}`)),
    problems.length > 0 ? colors.red('This would not be applied.') : summaryOf(changes, colors),
  ].join('\n');
}

/** One change: what happens to which resource, and the unified diff if there is one. */
export function renderChange({ action, resource, summary, diff }: Change, colors: Colors): string {
  const [sign, paint] = signs(colors)[action];
  const head = `${paint(`${sign} ${action.padEnd(7)}`)} ${resource}${summary ? colors.dim(`  ${summary}`) : ''}`;
  return diff ? `${head}\n${renderDiff(diff, colors)}` : head;
}

/** From the first hunk on: the heads of the files say what the resource says already. */
function renderDiff(diff: string, colors: Colors): string {
  const lines = diff.replace(/\n$/, '').split('\n');
  const first = Math.max(
    lines.findIndex((line) => line.startsWith('@@')),
    0,
  );
  return lines
    .slice(first)
    .map((line) => `    ${paintLine(line, colors)}`)
    .join('\n');
}

function paintLine(line: string, colors: Colors): string {
  if (line.startsWith('@@')) return colors.cyan(line);
  if (line.startsWith('+')) return colors.green(line);
  if (line.startsWith('-')) return colors.red(line);
  return line;
}

function signs(colors: Colors): Record<Change['action'], readonly [string, (text: string) => string]> {
  return {
    create: ['+', colors.green],
    update: ['~', colors.yellow],
    remove: ['-', colors.red],
    run: ['!', colors.cyan],
    reload: ['↻', colors.cyan],
    restart: ['↻', colors.cyan],
  };
}

function summaryOf(changes: readonly Change[], colors: Colors): string {
  if (changes.length === 0) return 'Nothing would change.';
  const counts = new Map<string, number>();
  for (const { action } of changes) counts.set(action, (counts.get(action) ?? 0) + 1);
  const parts = [...counts].map(([action, count]) => `${action} ${count}`);
  return colors.bold(`${changes.length} ${changes.length === 1 ? 'change' : 'changes'}: ${parts.join(', ')}`);
}
