import type { Command } from 'commander';
import type { ApiClient } from '../api-client.ts';
import type { OtherAccount } from '../api-types.ts';
import type { Context } from '../context.ts';
import { handle } from '../handle.ts';
import { renderTime } from '../output/measure.ts';
import { say } from '../output/output.ts';
import { renderTable } from '../output/table.ts';
import { confirm } from '../prompt.ts';
import { withProof } from './prove.ts';

/** What whoever runs the installation does with the accounts of others. */
export function addOtherAccountCommands(program: Command): void {
  const accounts = program.command('accounts').description('the people of the installation');
  const argument = ['<account>', 'id, or how the address begins'] as const;
  accounts
    .command('list')
    .alias('ls')
    .description('list accounts')
    .argument('[search]', 'how the address begins')
    .action(handle(listAccounts));
  accounts
    .command('block')
    .description('end its sessions, and let nobody sign in to it')
    .argument(...argument)
    .requiredOption('--reason <text>', 'stands in the audit log')
    .option('-y, --yes', 'do not ask')
    .action(handle(block));
  accounts
    .command('unblock')
    .description('let its owner sign in again')
    .argument(...argument)
    .action(handle(unblock));
  accounts
    .command('end-sessions')
    .description('sign it out everywhere')
    .argument(...argument)
    .action(handle(endSessions));
  accounts
    .command('remove-second-factor')
    .description('for who has lost the app, the passkeys and the recovery codes')
    .argument(...argument)
    .option('-y, --yes', 'do not ask')
    .action(handle(removeSecondFactor));
}

async function listAccounts({ connect, output }: Context, _: object, search: string | undefined): Promise<void> {
  const items = await (await connect()).list<OtherAccount>('/v1/accounts', { search });
  const rows = items.map(({ email, name, blockedAt, createdAt, id }) => [
    email,
    name,
    renderTime(createdAt),
    blockedAt ? 'blocked' : '',
    id,
  ]);
  output.result({ items }, () => renderTable(['e-mail', 'name', 'since', '', 'id'], rows, output.colors));
}

async function block(context: Context, { reason, yes }: { reason: string; yes?: boolean }, text: string) {
  const client = await context.connect();
  const { id, email } = await findAccount(client, text);
  const consequences = `${email} is signed out everywhere and cannot sign in, until the account is unblocked.`;
  await confirm(context, { question: `Block ${email}?`, consequences, ...(yes && { yes }) });
  const account = await withProof(context, client, () => client.post(`/v1/accounts/${id}/block`, { reason }));
  say(context.output, account, `${email} is blocked.`);
}

async function unblock(context: Context, _: object, text: string): Promise<void> {
  const client = await context.connect();
  const { id, email } = await findAccount(client, text);
  const account = await withProof(context, client, () => client.post(`/v1/accounts/${id}/unblock`));
  say(context.output, account, `${email} can sign in again.`);
}

async function endSessions(context: Context, _: object, text: string): Promise<void> {
  const client = await context.connect();
  const { id, email } = await findAccount(client, text);
  const work = () => client.delete<{ ended: number }>(`/v1/accounts/${id}/sessions`);
  const { ended } = await withProof(context, client, work);
  say(context.output, { ended }, `${ended} sessions of ${email} are over.`);
}

async function removeSecondFactor(context: Context, { yes }: { yes?: boolean }, text: string): Promise<void> {
  const client = await context.connect();
  const { id, email } = await findAccount(client, text);
  const consequences = `The password alone will be enough to sign in as ${email}. Make sure that it is the owner who asks.`;
  await confirm(context, { question: 'Remove the second factor?', consequences, ...(yes && { yes }) });
  const account = await withProof(context, client, () => client.delete(`/v1/accounts/${id}/second-factor`));
  say(context.output, account, `${email} has no second factor any more.`);
}

/** By id, or by an address that begins as no other one does. */
async function findAccount(client: ApiClient, text: string): Promise<OtherAccount> {
  if (/^acc_[0-9a-z]{20}$/.test(text)) return client.get<OtherAccount>(`/v1/accounts/${text}`);
  const found = await client.list<OtherAccount>('/v1/accounts', { search: text }, 2);
  const exact = found.find(({ email }) => email.toLowerCase() === text.toLowerCase());
  const [only, ...others] = found;
  if (exact) return exact;
  if (only && others.length === 0) return only;
  return client.get<OtherAccount>(`/v1/accounts/${encodeURIComponent(text)}`);
}
