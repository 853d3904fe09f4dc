import type { Command } from 'commander';
import type { ApiClient } from '../api-client.ts';
import type { OwnAccount, OwnSession, SignInEntry } from '../api-types.ts';
import type { Context } from '../context.ts';
import { handle } from '../handle.ts';
import { renderTime } from '../output/measure.ts';
import { say } from '../output/output.ts';
import { renderFields, renderTable } from '../output/table.ts';
import { ask, askSecret, canAsk, confirm, readStandardInput } from '../prompt.ts';
import { withProof } from './prove.ts';

/** What people who signed in do with their own account. */
export function addOwnAccountCommands(program: Command): void {
  const account = program.command('account').description('your own account: password, sessions, second factor');
  account.command('show').description('show your account').action(handle(showAccount));
  account
    .command('password')
    .description('change the password; ends all other sessions')
    .option('--stdin', 'read the present and the new password from standard input, a line each')
    .action(handle(changePassword));
  account
    .command('email')
    .description('change the e-mail address; it counts when the mail that goes there was read')
    .argument('<address>', 'the new address')
    .action(handle(changeEmail));
  account.command('sign-ins').description('who signed in to your account, or tried to').action(handle(listSignIns));
  addSessionCommands(account);
  addSecondFactorCommands(account);
}

function addSessionCommands(account: Command): void {
  const sessions = account.command('sessions').alias('session').description('where you are signed in');
  sessions.command('list').alias('ls').description('list them').action(handle(listSessions));
  sessions
    .command('end')
    .description('end one of them, or all')
    .argument('[session]', 'id of the session')
    .option('--all', 'sign out everywhere')
    .option('--others', 'sign out everywhere else')
    .action(handle(endSessions));
}

function addSecondFactorCommands(account: Command): void {
  const totp = account.command('totp').description('codes of an authenticator app as a second factor');
  totp.command('add').description('add an authenticator app').action(handle(addTotp));
  totp.command('remove').description('remove it').option('-y, --yes', 'do not ask').action(handle(removeTotp));
  account
    .command('recovery-codes')
    .description('make new recovery codes; those before are worth nothing any more')
    .action(handle(renewCodes));
}

async function showAccount({ connect, output }: Context): Promise<void> {
  const account = await (await connect()).get<OwnAccount>('/v1/account');
  const { id, email, name, totp, passkeys, recoveryCodes } = account;
  const factors = [...(totp ? ['authenticator app'] : []), ...(passkeys ? [`${passkeys} passkeys`] : [])];
  output.result(account, () =>
    renderFields(
      [
        ['E-mail', account.emailVerified ? email : `${email} (not confirmed)`],
        ['Name', name],
        ['Second factor', factors.join(', ') || 'none'],
        ['Recovery codes', factors.length > 0 ? `${recoveryCodes} left` : undefined],
        ['Id', id],
      ],
      output.colors,
    ),
  );
}

async function changePassword(context: Context, { stdin }: { stdin?: boolean }): Promise<void> {
  const client = await context.connect();
  const [current = '', password = ''] =
    stdin || !canAsk(context)
      ? (await readStandardInput()).split('\n')
      : [await askSecret(context, 'Present password: '), await askSecret(context, 'New password: ')];
  await client.post('/v1/account/password', { current, password });
  say(context.output, { changed: true }, 'The password is changed, and all other sessions are over.');
}

async function changeEmail(context: Context, _: object, email: string): Promise<void> {
  const client = await context.connect();
  await withProof(context, client, () => client.post('/v1/account/email', { email }));
  say(
    context.output,
    { email },
    `A mail is on its way to ${email}. The address is changed when its link was followed.`,
  );
}

async function listSessions({ connect, output }: Context): Promise<void> {
  const { items } = await (await connect()).get<{ items: OwnSession[] }>('/v1/account/sessions');
  const rows = items.map(({ id, device, address, lastUsedAt, current }) => [
    id,
    device,
    address ?? '',
    renderTime(lastUsedAt),
    current ? 'this one' : '',
  ]);
  output.result({ items }, () => renderTable(['id', 'device', 'address', 'last used', ''], rows, output.colors));
}

async function endSessions(
  context: Context,
  { all, others }: { all?: boolean; others?: boolean },
  session: string | undefined,
): Promise<void> {
  const client = await context.connect();
  if (session !== undefined) {
    await client.delete(`/v1/account/sessions/${encodeURIComponent(session)}`);
    return say(context.output, { ended: 1 }, 'The session is over.');
  }
  if (!all && !others) return listSessions(context);
  const { ended } = await client.delete<{ ended: number }>(`/v1/account/sessions${others ? '?others=true' : ''}`);
  say(context.output, { ended }, `${ended} sessions are over.`);
}

async function listSignIns({ connect, output }: Context): Promise<void> {
  const items = await (await connect()).list<SignInEntry>('/v1/account/sign-ins', {}, 50);
  const rows = items.map(({ at, outcome, device, address, impersonator }) => [
    renderTime(at),
    impersonator ? `${outcome} by ${impersonator.name}` : outcome,
    device,
    address ?? '',
  ]);
  output.result({ items }, () => renderTable(['when', 'what', 'device', 'address'], rows, output.colors));
}

async function addTotp(context: Context): Promise<void> {
  const client = await context.connect();
  const { secret, uri } = await withProof(context, client, () =>
    client.post<{ secret: string; uri: string }>('/v1/account/totp'),
  );
  context.output.note(`Type this into the authenticator app: ${secret}\nOr open: ${uri}`);
  const code = canAsk(context) ? await ask(context, 'Code that the app shows: ') : await readStandardInput();
  const answer = await client.post<Codes>('/v1/account/totp/confirmation', { code: code.trim() });
  showCodes(context, answer);
}

async function removeTotp(context: Context, { yes }: { yes?: boolean }): Promise<void> {
  const client = await context.connect();
  const consequences = 'Without the app the password alone is enough to sign in.';
  await confirm(context, { question: 'Remove the authenticator app?', consequences, ...(yes && { yes }) });
  await withProof(context, client, () => client.delete('/v1/account/totp'));
  say(context.output, { removed: true }, 'The authenticator app is removed.');
}

async function renewCodes(context: Context): Promise<void> {
  const client: ApiClient = await context.connect();
  showCodes(context, await withProof(context, client, () => client.post<Codes>('/v1/account/recovery-codes')));
}

interface Codes {
  readonly recoveryCodes: readonly string[] | null;
}

function showCodes({ output }: Context, { recoveryCodes }: Codes): void {
  output.result({ recoveryCodes }, () =>
    recoveryCodes
      ? `Recovery codes, each good once when the second factor is lost. They are shown this once:\n\n${recoveryCodes.join('\n')}`
      : 'The recovery codes you have count as before.',
  );
}
