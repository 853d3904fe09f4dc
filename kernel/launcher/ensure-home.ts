import { chmod, chown, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exitCodes, ProblemError } from '../cli/problem.ts';
import type { Account } from './account.ts';
import type { Home } from './home.ts';

/** Makes the folders that belong to the launcher, before anything else is known. */
export async function ensureHome(home: Home): Promise<void> {
  try {
    // The parts below that others may enter are entered through it, so it lets everybody pass and nobody look.
    await ensureFolder(home.path, 0o711);
    await ensureFolder(home.launcher, 0o700);
    await ensureFolder(home.logs, 0o700);
  } catch (cause) {
    throw homeProblem(home, cause as NodeJS.ErrnoException);
  }
}

/** Makes the folders of server, PostgreSQL, agent and node, each for its user. */
export async function ensureFolders(home: Home, account: Account | undefined): Promise<void> {
  await ensureFolder(home.postgres, 0o700, account);
  await ensureFolder(home.server, 0o700, account);
  await ensureFolder(home.agent, 0o700);
  await ensureFolder(home.node, 0o711);
}

/** The folder above the data folder that keeps an unprivileged user out; undefined when none does. */
export async function findClosedParent(path: string, account: Account): Promise<string | undefined> {
  for (let parent = dirname(path); ; parent = dirname(parent)) {
    const found = await stat(parent).catch(() => undefined);
    if (found && !mayEnter(found, account)) return parent;
    if (parent === dirname(parent)) return undefined;
  }
}

function mayEnter({ mode, uid, gid }: { mode: number; uid: number; gid: number }, account: Account): boolean {
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  return ((mode >> shift) & 1) === 1;
}

async function ensureFolder(path: string, mode: number, account?: Account): Promise<void> {
  await makeFolder(path, mode);
  await chmod(path, mode);
  if (account) await chown(path, account.uid, account.gid);
}

/** Not mkdir's own `recursive`: it never ends where the system refuses with ENOENT, as below /proc. */
async function makeFolder(path: string, mode: number): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return;
  if (path !== dirname(path)) await makeFolder(dirname(path), 0o755);
  await mkdir(path, { mode });
}

function homeProblem(home: Home, cause: NodeJS.ErrnoException): ProblemError {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'you may not write there',
    EPERM: 'it belongs to another user',
    EROFS: 'the file system is read-only',
    ENOENT: 'no folders can be made there',
    ENOSPC: 'the disk is full',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'it is a file',
  };
  return new ProblemError(
    {
      code: 'home-unusable',
      title: 'The data folder cannot be used',
      detail: `${home.path} cannot be used as data folder: ${reasons[cause.code ?? ''] ?? cause.message}.`,
      remedy: 'Name another with --home or FREEHOLD_HOME, or change its owner.',
    },
    exitCodes.failed,
    { cause },
  );
}
