import type { Command } from 'commander';
import type { ApiClient } from '../../api-client.ts';
import type { App } from '../../api-types.ts';
import type { Context } from '../../context.ts';
import { findApp } from '../../find-app.ts';
import { handle } from '../../handle.ts';
import { exitCodes, ProblemError } from '../../problem.ts';
import { addApp, parsePositive } from './arguments.ts';

export function addLogCommand(app: Command): void {
  addApp(app.command('logs').description('read the logs of an app: access, errors, PHP'))
    .argument('[log]', 'only this one')
    .option('-f, --follow', 'go on with new lines until Ctrl-C')
    .option('-n, --lines <number>', 'how many lines from the end', parsePositive, 20)
    .action(handle(showLogs));
}

interface LogOptions {
  readonly follow?: boolean;
  readonly lines: number;
}

async function showLogs(context: Context, options: LogOptions, reference: string, log?: string): Promise<void> {
  const client = await context.connect();
  const app = await findApp(client, reference);
  const known = (await client.listLogs(app.id)).map(({ id }) => id);
  if (log && !known.includes(log)) throw logNotFound(app, log, known);
  const wanted = log ? [log] : known;
  const width = log ? 0 : Math.max(...wanted.map((id) => id.length));
  const print = (id: string, line: string) =>
    context.output.item({ log: id, line }, () =>
      width > 0 ? `${context.output.colors.cyan(id.padEnd(width))} ${line}` : line,
    );
  await Promise.all(wanted.map((id) => readLog({ context, client, app, print }, options, id)));
}

interface Reading {
  readonly context: Context;
  readonly client: ApiClient;
  readonly app: App;
  readonly print: (log: string, line: string) => void;
}

async function readLog(
  { context, client, app, print }: Reading,
  { follow, lines }: LogOptions,
  log: string,
): Promise<void> {
  if (!follow) {
    for (const line of (await client.loadLog(app.id, log, { lines })).lines) print(log, line);
    return;
  }
  for await (const { data } of client.followLog(app.id, log, { lines }, context.signal))
    for (const line of linesOf(JSON.parse(data))) print(log, line);
}

/** One line, or several that came together. */
function linesOf(data: unknown): readonly string[] {
  if (typeof data === 'string') return [data];
  const { line, lines } = data as { line?: string; lines?: readonly string[] };
  return lines ?? (line === undefined ? [] : [line]);
}

function logNotFound({ name }: App, log: string, known: readonly string[]): ProblemError {
  return new ProblemError(
    {
      code: 'log-not-found',
      title: 'Log not found',
      detail: `App ${name} has no log ${log}.`,
      remedy: `Known: ${known.join(', ') || 'none'}.`,
    },
    exitCodes.notFound,
  );
}
