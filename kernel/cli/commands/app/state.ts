import type { App, Condition } from '../../api-types.ts';
import type { Colors } from '../../output/output.ts';

/** One word for where an app stands, in its colour. */
export function renderState(app: App, colors: Colors): string {
  if (app.lifecycle !== 'present') return colors.dim(app.lifecycle);
  const ready = app.conditions.find(({ type }) => type === 'Ready');
  const drifted = app.conditions.some(({ type, status }) => type === 'Drifted' && status === 'True');
  if (app.suspended.length > 0) return colors.yellow('suspended');
  if (!ready || ready.status === 'Unknown') return colors.cyan('waiting');
  if (ready.status === 'True') return drifted ? colors.yellow('drifted') : colors.green('ready');
  return ready.reason in WORDS ? colors.cyan(`${WORDS[ready.reason]}`) : colors.red('failed');
}

/** ✓ Ready  Applied  The node is in sync. */
export function renderCondition({ type, status, reason, message }: Condition, colors: Colors): string[] {
  const good = type === 'Drifted' ? status === 'False' : status === 'True';
  const mark = status === 'Unknown' ? colors.dim('?') : good ? colors.green('✓') : colors.red('✗');
  return [`  ${mark} ${type}`, reason, message];
}

/** Reasons of what is under way, and nobody's fault. */
const WORDS: Readonly<Record<string, string>> = {
  Waiting: 'waiting',
  WaitingForNode: 'waiting',
  Applying: 'applying',
  Retrying: 'retrying',
};
