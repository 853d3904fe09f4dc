import type { Command } from 'commander';
import { ApiClient } from '../api-client.ts';
import type { SecondStep, Session, SignedIn } from '../api-types.ts';
import { findConnection, normalizeApi } from '../connection.ts';
import type { Context } from '../context.ts';
import { credentialsPath, forgetToken, loadCredentials, type SavedToken, saveToken } from '../credentials.ts';
import { handle } from '../handle.ts';
import { say } from '../output/output.ts';
import { renderFields } from '../output/table.ts';
import { ProblemError, usageProblem } from '../problem.ts';
import { ask, askSecret, canAsk, readStandardInput } from '../prompt.ts';

export function addAccountCommands(program: Command): void {
  program
    .command('login')
    .description('sign in and keep the token for the next commands')
    .option('--email <address>', 'e-mail address of the account')
    .option('--password-stdin', 'read the password from standard input')
    .option('--code <code>', 'code of the authenticator app, or a recovery code')
    .addHelpText('after', '\nWith --token, an API token is checked and kept instead.')
    .action(handle(login));
  program
    .command('reset-password')
    .description('ask for a link to choose a new password, or choose it with the token of the link')
    .option('--email <address>', 'e-mail address of the account')
    .option('--with <token>', 'the token in the link')
    .option('--password-stdin', 'read the new password from standard input')
    .action(handle(resetPassword));
  program.command('logout').description('end the session and forget its token').action(handle(logout));
  program.command('whoami').description('show who you are signed in as').action(handle(whoami));
}

interface LoginOptions {
  readonly email?: string;
  readonly passwordStdin?: boolean;
  readonly code?: string;
}

async function login(context: Context, options: LoginOptions): Promise<void> {
  const api = await findApi(context);
  const saved: SavedToken = context.options.token
    ? { token: context.options.token }
    : await signIn(context, api, options);
  const session = await new ApiClient({ api, token: saved.token }).loadSession();
  await saveToken(api, { ...saved, ...(session.account ? { email: session.account.email } : {}) });
  say(
    context.output,
    { api, ...session },
    `Signed in to ${api} as ${nameOf(session)}. The token is in ${credentialsPath()}.`,
  );
}

async function findApi({ options }: Context): Promise<string> {
  const said = options.api ?? process.env.FREEHOLD_API;
  if (said) return normalizeApi(said);
  return findConnection(options).then(
    ({ api }) => api,
    () => 'http://127.0.0.1:8600',
  );
}

async function signIn(context: Context, api: string, options: LoginOptions): Promise<SavedToken> {
  if (!canAsk(context) && !(options.email && options.passwordStdin))
    throw usageProblem(
      'Nobody can be asked for e-mail address and password here.',
      'Give --email and --password-stdin, or --token.',
    );
  const email = options.email ?? (await ask(context, `E-mail address for ${api}: `));
  const password = options.passwordStdin ? await readStandardInput() : await askSecret(context, 'Password: ');
  const client = new ApiClient({ api });
  const answer = await client.beginSignIn(email, password);
  return saved('token' in answer ? answer : await showSecondFactor(context, client, { ...answer, code: options.code }));
}

async function showSecondFactor(
  context: Context,
  client: ApiClient,
  { secondFactor: { token, methods }, code }: SecondStep & { readonly code: string | undefined },
): Promise<SignedIn> {
  if (!methods.includes('totp') && !methods.includes('recovery-code'))
    throw usageProblem('The second factor of the account is a passkey.', 'Sign in with an API token: --token.');
  if (code === undefined && !canAsk(context))
    throw usageProblem('The account has a second factor.', 'Give --code, or sign in with an API token: --token.');
  const words = methods.includes('totp') ? 'Code of the authenticator app, or a recovery code' : 'Recovery code';
  return client.showSecondFactor(token, code ?? (await ask(context, `${words}: `)));
}

function saved({ token, refreshToken }: SignedIn): SavedToken {
  return { token, ...(refreshToken ? { refreshToken } : {}) };
}

async function resetPassword(
  context: Context,
  { email, with: token, passwordStdin }: { email?: string; with?: string; passwordStdin?: boolean },
): Promise<void> {
  const client = new ApiClient({ api: await findApi(context) });
  if (token === undefined) {
    if (email === undefined) throw usageProblem('It is not clear whose password.', 'Give --email, or --with <token>.');
    await client.post('/v1/password-resets', { email });
    return say(context.output, { email }, `If ${email} has an account, a mail with a link is on its way.`);
  }
  const password = passwordStdin ? await readStandardInput() : await askSecret(context, 'New password: ');
  await client.post('/v1/password-resets/confirmation', { token, password });
  say(context.output, { changed: true }, 'The password is changed, and all sessions are over.');
}

async function logout(context: Context): Promise<void> {
  const { current } = await loadCredentials();
  const api = context.options.api ? normalizeApi(context.options.api) : current;
  const saved = api ? await forgetToken(api) : undefined;
  if (!api || !saved) return say(context.output, { signedOut: false }, 'You were not signed in.');
  // A server that is gone, or that knows the token no more, does not keep anybody signed in.
  const renew = saved.refreshToken ? () => renewed(api, saved) : undefined;
  const ended = await new ApiClient({ api, token: saved.token, ...(renew && { renew }) }).signOut().then(
    () => true,
    (error) => {
      if (error instanceof ProblemError) return false;
      throw error;
    },
  );
  const note = ended ? '' : ' The server could not be told; the token ends there when it expires.';
  say(context.output, { signedOut: true, api }, `Signed out of ${api}.${note}`);
}

async function whoami(context: Context): Promise<void> {
  const client = await context.connect();
  const [session, tenants] = await Promise.all([client.loadSession(), client.listTenants()]);
  const slugs = new Map(tenants.map(({ id, slug }) => [id, slug]));
  const named = {
    ...session,
    roles: session.roles.map((one) => ({ ...one, tenant: slugs.get(one.tenant) ?? one.tenant })),
  };
  context.output.result({ api: client.api, ...session }, () => renderSession(client.api, named, context));
}

/** To end a session its access token must be good, and it may have ended. */
async function renewed(api: string, { refreshToken }: SavedToken): Promise<string | undefined> {
  return (await new ApiClient({ api }).refreshSession(refreshToken ?? '')).token;
}

function nameOf({ account }: Session): string {
  return account?.email ?? 'an API token';
}

function renderSession(api: string, session: Session, { output }: Context): string {
  const fields = [
    ['API', api],
    ...session.roles.map(({ role, tenant }) => ['Role', `${role} of ${tenant}`] as const),
  ] as const;
  return `${output.colors.bold(nameOf(session))}  ${output.colors.dim(session.account?.id ?? '')}\n${renderFields(fields, output.colors)}`;
}
