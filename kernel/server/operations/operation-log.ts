import type { Outcome, Step } from '@freehold/sdk/protocol';
import { OperationLogLine } from '../store/entities/index.ts';
import type { OperationId } from '../store/ids.ts';
import { notify } from '../store/notifications.ts';
import type { Transaction } from '../store/store.ts';

export type LogLevel = OperationLogLine['level'];

export interface NewLine {
  readonly level: LogLevel;
  readonly message: string;
}

const LONGEST_LINE = 8_192;
const MOST_LINES = 2_000;

/** Adds lines to an operation's log and wakes whoever follows it. */
export async function appendLog(
  tx: Transaction,
  operation: OperationId,
  lines: readonly NewLine[],
  at: Date,
): Promise<void> {
  if (lines.length === 0) return;
  const kept = lines.slice(0, MOST_LINES);
  const values = kept.map(({ level, message }) => [level, message.slice(0, LONGEST_LINE)]);
  await tx.flush();
  // One writer at a time, so that numbers have no gaps and a follower misses none.
  await tx.execute('select from kernel.operation where id = ? for update', [operation]);
  await tx.execute(
    `insert into kernel.operation_log (operation, number, at, level, message)
     select ?, (select coalesce(max(number), 0) from kernel.operation_log where operation = ?) + line.number, ?, line.level, line.message
     from rows from (unnest(array[?]::text[]), unnest(array[?]::text[])) with ordinality as line (level, message, number)`,
    [operation, operation, at, values.map(([level]) => level), values.map(([, message]) => message)],
  );
  await notify(tx, 'freehold_answer', operation);
}

export async function loadLog(reader: Transaction, operation: OperationId, after: number): Promise<OperationLogLine[]> {
  const where = { operation, number: { $gt: after } };
  return reader.find(OperationLogLine, where, { orderBy: { number: 'asc' }, limit: 1_000 });
}

/** What a person wants to read of what a node did. */
export function describeSteps(steps: readonly Step[], outcome: Outcome): NewLine[] {
  return [...steps.flatMap(describeStep), describeOutcome(outcome)];
}

function describeStep({ state, action, resource, summary, milliseconds, output }: Step): NewLine[] {
  const words = { done: '', failed: ' failed', undone: ' undone' }[state];
  const line: NewLine = {
    level: state === 'failed' ? 'error' : 'info',
    message: `${action}${words} ${resource}: ${summary} (${milliseconds} ms)`,
  };
  const printed = output?.trimEnd() ? output.trimEnd().split('\n') : [];
  return [line, ...printed.map((message): NewLine => ({ level: 'output', message }))];
}

function describeOutcome(outcome: Outcome): NewLine {
  if (outcome.kind === 'inSync') return { level: 'info', message: 'The node is as it should be.' };
  if (outcome.kind === 'retry')
    return { level: 'warning', message: `${outcome.reason}: ${outcome.message} It will be tried again.` };
  return { level: 'error', message: `${outcome.reason}: ${outcome.message}` };
}
