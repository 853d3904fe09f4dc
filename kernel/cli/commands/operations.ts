import type { Command } from 'commander';
import type { LogLine, Operation, OperationState } from '../api-types.ts';
import type { Context } from '../context.ts';
import { hasEnded } from '../follow-operation.ts';
import { handle } from '../handle.ts';
import { renderChange } from '../output/diff.ts';
import { renderDuration, renderTime } from '../output/measure.ts';
import { type Colors, say } from '../output/output.ts';
import { renderFields, renderTable } from '../output/table.ts';
import { runOperation, type WaitOptions } from '../run-operation.ts';
import { addWaitOptions, parsePositive } from './app/arguments.ts';

export function addOperationCommands(program: Command): void {
  const operations = program
    .command('operations')
    .alias('operation')
    .alias('ops')
    .description('what was done, and how it ended');
  operations
    .command('list')
    .alias('ls')
    .description('list operations, newest first')
    .option('--app <app>', 'only of this app (id)')
    .option('--node <node>', 'only on this node')
    .option('--state <state>', 'pending, running, succeeded, failed, superseded or cancelled')
    .option('-n, --most <number>', 'so many at the most', parsePositive, 50)
    .action(handle(listOperations));
  const one = (name: string, description: string) =>
    operations.command(name).description(description).argument('<operation>', 'id of the operation');
  one('show', 'show an operation with its steps and their diffs').action(handle(showOperation));
  one('log', 'show the log of an operation').option('-f, --follow', 'until it has ended').action(handle(showLog));
  addWaitOptions(one('undo', 'do the opposite of an operation')).action(handle(undo));
  addWaitOptions(one('retry', 'try a failed operation again')).action(handle(retry));
}

export function renderOperations(operations: readonly Operation[], colors: Colors): string {
  if (operations.length === 0) return 'No operations.';
  const rows = operations.map((operation) => [
    renderTime(operation.createdAt),
    operation.kind,
    operation.app ?? operation.owner,
    renderState(operation.state, colors),
    took(operation),
    operation.actor.name,
    colors.dim(operation.id),
  ]);
  return renderTable(['begun', 'kind', 'of', 'state', 'took', 'by', 'id'], rows, colors);
}

interface ListOptions {
  readonly app?: string;
  readonly node?: string;
  readonly state?: string;
  readonly most: number;
}

async function listOperations({ connect, output }: Context, { most, ...query }: ListOptions): Promise<void> {
  const items = await (await connect()).listOperations(query, most);
  output.result({ items }, () => renderOperations(items, output.colors));
}

async function showOperation({ connect, output }: Context, _options: unknown, id: string): Promise<void> {
  const operation = await (await connect()).loadOperation(id);
  output.result(operation, () => renderOperation(operation, output.colors));
}

function renderOperation(operation: Operation, colors: Colors): string {
  const { id, kind, state, owner, actor, outcome, inverse, undoable, steps = [] } = operation;
  const fields = [
    ['State', renderState(state, colors)],
    ['Of', owner],
    ['By', actor.name],
    ['Begun', renderTime(operation.createdAt)],
    ['Took', took(operation)],
    ['Reason', outcome && outcome.kind !== 'inSync' ? `${outcome.reason}: ${outcome.message}` : undefined],
    ['Undo', inverse && undoable ? `freehold operations undo ${id}  (${inverse.kind})` : undefined],
  ] as const;
  const shown = steps.map((step) => {
    const mark = { done: colors.green('✓'), failed: colors.red('✗'), undone: colors.yellow('↶') }[step.state];
    return `${mark} ${renderChange(step, colors)}${step.output ? `\n${step.output.trimEnd().replace(/^/gm, '    ')}` : ''}`;
  });
  return [
    `${colors.bold(kind)}  ${colors.dim(id)}`,
    renderFields(fields, colors),
    ...(shown.length > 0 ? ['', ...shown] : []),
  ].join('\n');
}

async function showLog(
  { connect, output, signal }: Context,
  { follow }: { follow?: boolean },
  id: string,
): Promise<void> {
  const client = await connect();
  const print = (line: LogLine) => output.item(line, () => renderLogLine(line, output.colors));
  if (follow && !hasEnded(await client.loadOperation(id))) {
    for await (const { data } of client.followOperationLog(id, signal)) print(JSON.parse(data));
    return;
  }
  const { items } = await client.loadOperationLog(id);
  for (const line of items) print(line);
}

async function undo(context: Context, options: WaitOptions, id: string): Promise<void> {
  const client = await context.connect();
  const work = { client, title: `Undoing ${id}`, begin: () => client.undoOperation(id) };
  say(context.output, await runOperation(context, work, options), '');
}

async function retry(context: Context, options: WaitOptions, id: string): Promise<void> {
  const client = await context.connect();
  const work = { client, title: `Trying ${id} again`, begin: () => client.retryOperation(id) };
  say(context.output, await runOperation(context, work, options), '');
}

function renderLogLine({ at, level, message }: LogLine, colors: Colors): string {
  const paint = { info: String, output: colors.dim, warning: colors.yellow, error: colors.red }[level] ?? String;
  return `${colors.dim(renderTime(at))}  ${paint(message)}`;
}

function renderState(state: OperationState, colors: Colors): string {
  const paint = {
    succeeded: colors.green,
    failed: colors.red,
    cancelled: colors.red,
    pending: colors.cyan,
    running: colors.cyan,
    superseded: colors.dim,
  };
  return paint[state](state);
}

function took({ startedAt, createdAt, finishedAt }: Operation): string {
  return finishedAt ? renderDuration(Date.parse(finishedAt) - Date.parse(startedAt ?? createdAt)) : '';
}
