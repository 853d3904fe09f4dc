import { once } from 'node:events';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { handle } from '../handle.ts';
import { renderTime } from '../output/measure.ts';
import { renderProse, renderTable } from '../output/table.ts';
import { type ExitCode, exitCodes, usageProblem } from '../problem.ts';

interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actor: {
    readonly name: string;
    readonly address?: string;
    readonly impersonator?: { readonly name: string };
  };
  readonly action: string;
  readonly subject: string;
}

interface Verification {
  readonly intact: boolean;
  readonly entries: number;
  readonly first: number;
  readonly head: { readonly number: number; readonly link: string } | null;
  readonly problems: readonly { readonly number: number; readonly entry: string | null; readonly message: string }[];
}

interface Filter {
  readonly [name: string]: string | undefined;
}

export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('who did what');
  addFilters(audit.command('list').alias('ls').description('list what was done, the newest first'))
    .option('--limit <number>', 'so many at the most', '50')
    .action(handle(listEntries));
  addFilters(
    audit.command('export').description('write the log as JSON lines, the oldest entry first, with everything'),
  ).action(handle(exportEntries));
  audit
    .command('verify')
    .description('find out whether entries were changed or removed')
    .option('--head <number:link>', 'an end of the log that was written down before: it must still be there')
    .addHelpText('after', '\nExit code 1: the log was changed.')
    .action(handle(verify));
}

function addFilters(command: Command): Command {
  return command
    .option('--tenant <id>', 'only of this tenant')
    .option('--subject <id>', 'only of what was done to this')
    .option('--actor <id>', 'only by this account or token, also acting as somebody else')
    .option('--action <action>', 'only this: app.create, or app.* for all of a kind')
    .option('--address <address>', 'only from this IP address')
    .option('--request <id>', 'only of this request')
    .option('--since <time>', 'not before: 2026-01-31 or 2026-01-31T12:00:00Z')
    .option('--until <time>', 'only before');
}

async function listEntries({ connect, output }: Context, { limit, ...filter }: Filter): Promise<void> {
  const items = await (await connect()).list<AuditEntry>('/v1/audit', filter, Number(limit) || 50);
  const rows = items.map(({ at, actor, action, subject }) => [
    ...[
      renderTime(at),
      action,
      subject,
      actor.impersonator ? `${actor.impersonator.name} as ${actor.name}` : actor.name,
    ],
    actor.address ?? '',
  ]);
  output.result({ items }, () => renderTable(['when', 'action', 'subject', 'who', 'from'], rows, output.colors));
}

async function exportEntries({ connect, signal }: Context, filter: Filter): Promise<void> {
  const client = await connect();
  for await (const line of client.lines('/v1/audit/export', filter, signal)) await write(`${line}\n`);
}

/** A reader that is slow must not make all of the log wait in memory. */
async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

async function verify({ connect, output }: Context, { head }: { head?: string }): Promise<ExitCode> {
  const body = head === undefined ? {} : { head: parseHead(head) };
  const found = await (await connect()).post<Verification>('/v1/audit/verify', body);
  output.result(found, () => renderVerification(found, output));
  return found.intact ? exitCodes.ok : exitCodes.failed;
}

function parseHead(text: string): { number: number; link: string } {
  const [, number, link] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (number === undefined || link === undefined)
    throw usageProblem(
      `--head ${JSON.stringify(text)} is no end of a log.`,
      'Give what freehold audit verify printed.',
    );
  return { number: Number(number), link };
}

function renderVerification(
  { intact, entries, first, head, problems }: Verification,
  output: Context['output'],
): string {
  const { colors, columns } = output;
  const since = first > 1 ? ` Entries before number ${first} were let go when their time was over.` : '';
  const end = head ? `\nEnd of the log: ${head.number}:${head.link}` : '';
  if (intact) return `${colors.green('Nothing was changed.')} ${entries} entries.${since}${end}`;
  const rows = problems.map(({ number, entry, message }) => [`${number}`, entry ?? '', message]);
  const table = renderProse(['number', 'entry', 'what'], rows, { colors, columns });
  return `${colors.red('The log was changed.')} ${entries} entries.${since}\n${table}`;
}
