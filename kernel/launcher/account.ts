import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { exitCodes, ProblemError } from '../cli/problem.ts';

const run = promisify(execFile);

/** The unprivileged account that server and PostgreSQL run as when the launcher is root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export const ACCOUNT_NAME = 'freehold';

export async function findAccount(name = ACCOUNT_NAME): Promise<Account | undefined> {
  const { stdout } = await run('getent', ['passwd', name]).catch(() => ({ stdout: '' }));
  const [, , uid, gid] = stdout.split(':');
  return uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : undefined;
}

/** Makes the account when it is missing. Tells whether it did. */
export async function ensureAccount(): Promise<{ account: Account; created: boolean }> {
  const found = await findAccount();
  if (found) return { account: refuseRoot(found), created: false };
  const options = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'];
  const failure = await run('useradd', [...options, '--shell', '/usr/sbin/nologin', '--password', '*', ACCOUNT_NAME], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  }).then(
    () => undefined,
    (error: Error & { stderr?: string }) => error,
  );
  // Another installation may have made it in this very moment.
  const made = await findAccount();
  if (made) return { account: refuseRoot(made), created: failure === undefined };
  throw new ProblemError(
    {
      code: 'account-missing',
      title: 'No system user',
      detail: `The system user ${ACCOUNT_NAME} could not be made: ${failure?.stderr?.trim() || failure?.message}.`,
      remedy: `Make it yourself: useradd --system --user-group --no-create-home --shell /usr/sbin/nologin ${ACCOUNT_NAME}`,
    },
    exitCodes.failed,
    { cause: failure },
  );
}

function refuseRoot(account: Account): Account {
  if (account.uid !== 0) return account;
  throw new ProblemError(
    {
      code: 'account-is-root',
      title: 'The system user is root',
      detail: `The user ${ACCOUNT_NAME} has uid 0. What listens to the network must not be root.`,
      remedy: `Give the user ${ACCOUNT_NAME} an id of its own.`,
    },
    exitCodes.failed,
  );
}
