import type { Command } from 'commander';
import { ApiClient } from '../api-client.ts';
import type { Session } from '../api-types.ts';
import { findConnection, normalizeApi } from '../connection.ts';
import type { Context } from '../context.ts';
import { credentialsPath, forgetToken, loadCredentials, saveToken } from '../credentials.ts';
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
    .addHelpText('after', '\nWith --token, an API token is checked and kept instead.')
    .action(handle(login));
  program.command('logout').description('end the session and forget its token').action(handle(logout));
  program.command('whoami').description('show who you are signed in as').action(handle(whoami));
}

interface LoginOptions {
  readonly email?: string;
  readonly passwordStdin?: boolean;
}

async function login(context: Context, options: LoginOptions): Promise<void> {
  const api = await findApi(context);
  const token = context.options.token ?? (await signIn(context, api, options));
  const session = await new ApiClient({ api, token }).loadSession();
  await saveToken(api, { token, ...(session.account ? { email: session.account.email } : {}) });
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

async function signIn(context: Context, api: string, options: LoginOptions): Promise<string> {
  if (!canAsk(context) && !(options.email && options.passwordStdin))
    throw usageProblem(
      'Nobody can be asked for e-mail address and password here.',
      'Give --email and --password-stdin, or --token.',
    );
  const email = options.email ?? (await ask(context, `E-mail address for ${api}: `));
  const password = options.passwordStdin ? await readStandardInput() : await askSecret(context, 'Password: ');
  return (await new ApiClient({ api }).signIn(email, password)).token;
}

async function logout(context: Context): Promise<void> {
  const { current } = await loadCredentials();
  const api = context.options.api ? normalizeApi(context.options.api) : current;
  const saved = api ? await forgetToken(api) : undefined;
  if (!api || !saved) return say(context.output, { signedOut: false }, 'You were not signed in.');
  // A server that is gone, or that knows the token no more, does not keep anybody signed in.
  const ended = await new ApiClient({ api, token: saved.token }).signOut().then(
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
