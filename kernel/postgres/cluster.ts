import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Account, asAccount, loadAccount } from './account.ts';
import { type Binaries, loadBinaries } from './binaries.ts';
import { endOrphan } from './orphan.ts';
import { type Postmaster, PostmasterError, startPostmaster } from './postmaster.ts';

export interface ClusterOptions {
  /** Folder of the data. Made, and filled, when it is missing. */
  readonly data: string;
  /** Folder of the socket, the only way in: at most 90 bytes long. Only the account can enter it. */
  readonly run: string;
  /** Name or uid of the unix account. Needed when this process is root, and ignored when it is not. */
  readonly user?: string | number;
  /** Where the programs are copied to when the account cannot reach them in the checkout. */
  readonly stage?: string;
  /** For tests: nothing is flushed to the disk. */
  readonly throwaway?: boolean;
  readonly log?: (text: string) => void;
}

export interface Cluster {
  readonly pid: number;
  /** Whether this call made the data folder. */
  readonly created: boolean;
  /** Connection string of a database. */
  url(database: string): string;
  /** Resolves when it has ended, by {@link stop} or by itself. */
  readonly exited: Promise<number | null>;
  stop(): Promise<void>;
  /** Lets this process end while it runs. */
  unref(): void;
}

/** Starts a private PostgreSQL that listens on a unix socket only, and waits until it accepts connections. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const account = await loadAccount(options.user);
  const binaries = await loadBinaries(account, options.stage);
  const run = await ensureFolder(options.run, account);
  if (run.length > 90) throw new Error(`${run} is too long for a unix socket: at most 90 characters.`);
  const created = await ensureData(options, binaries, account);
  const data = await realpath(options.data);
  await endOrphan(data);
  const postmaster = await startPatiently(() =>
    startPostmaster({
      program: binaries.postgres,
      data,
      account,
      settings: settings(run, options.throwaway ?? false),
      log: options.log,
    }),
  );
  return { ...postmaster, created, url: (database) => socketUrl(run, database) };
}

/** Connection string of a database behind the socket in a folder. */
export function socketUrl(run: string, database: string): string {
  return `postgresql://freehold@localhost/${encodeURIComponent(database)}?host=${encodeURIComponent(run)}`;
}

/** Makes a database if it is missing; true when it did. */
export { ensureDatabase } from './database.ts';

async function ensureFolder(folder: string, account: Account | undefined): Promise<string> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  if (account) await chown(folder, account.uid, account.gid);
  return realpath(folder);
}

/** An initdb that was killed leaves nothing that looks like a cluster: the folder gets its name when it is whole. */
async function ensureData(
  options: ClusterOptions,
  { initdb }: Binaries,
  account: Account | undefined,
): Promise<boolean> {
  const { data, throwaway } = options;
  if (await exists(join(data, 'PG_VERSION'))) return false;
  const part = `${data}.new`;
  await mkdir(dirname(data), { recursive: true });
  await rm(part, { recursive: true, force: true });
  await ensureFolder(part, account);
  const [command, args] = asAccount(account);
  const flags = [
    '--username=freehold',
    '--auth-local=trust',
    '--auth-host=reject',
    '--locale=C.UTF-8',
    '--encoding=UTF8',
  ];
  await promisify(execFile)(command, [...args, initdb, '-D', part, ...flags, ...(throwaway ? ['--no-sync'] : [])], {
    cwd: '/',
    env: { LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' },
  });
  await rename(part, data);
  return true;
}

/** The children of a postmaster that was killed need a moment to notice, and hold its shared memory until then. */
async function startPatiently(start: () => Promise<Postmaster>): Promise<Postmaster> {
  const deadline = Date.now() + 5_000;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const held = error instanceof PostmasterError && /shared memory block|lock file/.test(error.output);
      if (!held || Date.now() > deadline) throw error;
      await delay(100);
    }
  }
}

function settings(run: string, throwaway: boolean): Record<string, string> {
  return {
    listen_addresses: '',
    unix_socket_directories: run,
    unix_socket_permissions: '0700',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // On a disk without moving parts a page that is read alone costs hardly more than one that is read in a row.
    random_page_cost: '1.1',
    ...(throwaway && {
      fsync: 'off',
      full_page_writes: 'off',
      synchronous_commit: 'off',
      max_connections: '300',
      shared_buffers: '64MB',
      log_min_messages: 'LOG',
    }),
  };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
