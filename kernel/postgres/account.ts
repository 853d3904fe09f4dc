import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The unix account that PostgreSQL runs as. It refuses to run as root. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account for a name or a uid; undefined when this process is not root and therefore runs everything as itself.
 *
 * @throws Error when this process is root and no account is given, or there is none of that name.
 */
export async function loadAccount(user: string | number | undefined): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  if (user === undefined || user === 0 || user === 'root')
    throw new Error('PostgreSQL does not run as root. Name a system user for it.');
  if (typeof user === 'number') return { uid: user, gid: user };
  const { stdout } = await promisify(execFile)('getent', ['passwd', user]).catch(() => ({ stdout: '' }));
  const [, , uid, gid] = stdout.split(':');
  if (!uid || !gid) throw new Error(`There is no unix user ${user} on this machine.`);
  return { uid: Number(uid), gid: Number(gid) };
}

/** The command that runs a program as the account, without any group or privilege of this process. */
export function asAccount(account: Account | undefined, ...setpriv: readonly string[]): [string, string[]] {
  const identity = account
    ? ['--reuid', `${account.uid}`, '--regid', `${account.gid}`, '--clear-groups', '--no-new-privs']
    : [];
  return ['setpriv', [...identity, ...setpriv, '--']];
}
