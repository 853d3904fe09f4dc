import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { handle } from '../handle.ts';
import { renderTime } from '../output/measure.ts';
import { say } from '../output/output.ts';
import { renderFields, renderTable } from '../output/table.ts';

interface Mail {
  readonly id: string;
  readonly template: string;
  readonly to: string;
  readonly subject: string;
  readonly state: 'waiting' | 'inbox' | 'sent' | 'failed';
  readonly attempts: number;
  readonly problem: string | null;
  readonly createdAt: string;
}

interface ReadMail extends Mail {
  readonly from: { readonly name: string; readonly address: string } | null;
  readonly text: string | null;
  readonly html: string | null;
}

export function addMailCommands(program: Command): void {
  const mail = program.command('mail').alias('mails').description('mails that the installation sends');
  mail
    .command('list')
    .alias('ls')
    .description('list the mails, the newest first')
    .option('--state <state>', 'waiting, inbox (kept here, because there is no mail server), sent or failed')
    .option('--template <template>', 'only of this kind: reset-password')
    .option('--to <address>', 'only to this address')
    .option('--limit <number>', 'so many at the most', '50')
    .action(handle(listMails));
  mail
    .command('show')
    .description('show a mail; without a mail server this is how mails are read')
    .argument('[mail]', 'id; the newest if left out')
    .option('--html', 'its HTML instead of its text')
    .action(handle(showMail));
  mail
    .command('test')
    .description('send a mail, to see that sending works')
    .argument('<address>', 'where to')
    .action(handle(sendTest));
  mail
    .command('retry')
    .description('try again to send a mail that was given up')
    .argument('<mail>', 'id')
    .action(handle(retryMail));
}

interface ListOptions {
  readonly state?: string;
  readonly template?: string;
  readonly to?: string;
  readonly limit: string;
}

async function listMails({ connect, output }: Context, { limit, ...filter }: ListOptions): Promise<void> {
  const items = await (await connect()).list<Mail>('/v1/mail', filter, Number(limit) || 50);
  const rows = items.map(({ id, createdAt, to, subject, state }) => [renderTime(createdAt), state, to, subject, id]);
  output.result({ items }, () => renderTable(['when', 'state', 'to', 'subject', 'id'], rows, output.colors));
}

async function showMail({ connect, output }: Context, { html }: { html?: boolean }, id?: string): Promise<void> {
  const client = await connect();
  const [newest] = id === undefined ? await client.list<Mail>('/v1/mail', {}, 1) : [];
  const wanted = id ?? newest?.id;
  if (wanted === undefined) return say(output, { items: [] }, 'No mail was written yet.');
  const mail = await client.get<ReadMail>(`/v1/mail/${encodeURIComponent(wanted)}`);
  output.result(mail, () => renderMail(mail, html === true, output));
}

function renderMail(mail: ReadMail, html: boolean, { colors }: Context['output']): string {
  const body = html ? mail.html : mail.text;
  if (html && body !== null) return body;
  const fields = [
    ['From', mail.from ? `${mail.from.name} <${mail.from.address}>` : ''],
    ['To', mail.to],
    ['When', renderTime(mail.createdAt)],
    ['State', mail.problem ? `${mail.state}: ${mail.problem}` : mail.state],
  ] as const;
  const text = body ?? colors.dim('A mail server has taken it, and its text is not kept here.');
  return `${colors.bold(mail.subject)}  ${colors.dim(mail.id)}\n${renderFields(fields, colors)}\n\n${text}`;
}

async function sendTest({ connect, output }: Context, _options: unknown, to: string): Promise<void> {
  const sent = await (await connect()).post('/v1/test-mails', { to });
  say(output, sent, `A mail to ${to} is on its way. See freehold mail list.`);
}

async function retryMail({ connect, output }: Context, _options: unknown, id: string): Promise<void> {
  const mail = await (await connect()).post<Mail>(`/v1/mail/${encodeURIComponent(id)}/retry`);
  say(output, mail, `The mail to ${mail.to} is tried again.`);
}
