import { createHash, randomInt } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes, ProblemError } from '../cli/problem.ts';
import type { Home, InitialAdmin } from './home.ts';
import type { Installation } from './installation.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { loadState, saveState } from './state-file.ts';

const EMAIL = 'admin@freehold.localhost';
const NODE_NAME = 'local';
const EMBEDDED = 'embedded';

export interface Bootstrap {
  /** Whether this start makes the administrator. */
  readonly first: boolean;
  /** Undefined when somebody deleted the file, as is good custom once the password is known. */
  readonly admin: InitialAdmin | undefined;
  /** To be called when the server has taken what was handed to it. */
  done(): Promise<void>;
}

/**
 * Hands administrator and node to a server that does not know them, in a file that it takes and deletes. A server that
 * knows them is handed nothing: a token that was revoked must not come back.
 */
export async function prepareBootstrap(
  { home, account }: Pick<Installation, 'home' | 'account'>,
  database: Database,
): Promise<Bootstrap> {
  if (database.created) await saveState(home, { bootstrapped: undefined });
  const { bootstrapped, enrolled: wasReady } = await loadState(home);
  const known = bootstrapped === database.fingerprint;
  const enrolled = wasReady === true && (await exists(join(home.agent, 'state.db')));
  // A database of the hoster's own may be the old one, moved.
  const moved = bootstrapped !== undefined && database.fingerprint !== EMBEDDED;
  if (enrolled && !known && !moved) throw databaseLost(home);
  if (known && enrolled) return { first: false, admin: await loadAdmin(home), done: async () => {} };

  const admin = known ? await loadAdmin(home) : await ensureAdmin(home);
  const enrolmentToken = randomText(40);
  const ownership = account ? { uid: account.uid, gid: account.gid } : {};
  const node = { name: NODE_NAME, enrolmentToken };
  await writeJsonFile(join(home.agent, 'enrolment.json'), { token: enrolmentToken });
  await writeJsonFile(join(home.server, 'bootstrap.json'), { ...(known ? {} : { admin }), node }, ownership);
  return { first: !known, admin, done: () => saveState(home, { bootstrapped: database.fingerprint }) };
}

export interface Database {
  readonly fingerprint: string;
  /** Whether it was made just now. */
  readonly created: boolean;
}

/** Tells one database from another, whoever signs in with whatever password. */
export function fingerprintOf(address: string | undefined): string {
  if (address === undefined) return EMBEDDED;
  const { host, pathname, searchParams } = new URL(address);
  const place = [host, pathname, searchParams.get('host'), searchParams.get('port')].join(' ');
  return createHash('sha256').update(place).digest('hex');
}

export function loadAdmin(home: Home): Promise<InitialAdmin | undefined> {
  return readJsonFile<InitialAdmin>(home.initialAdmin);
}

/** An agent without its server's memory of it would be refused for ever, and its websites would belong to nobody. */
function databaseLost(home: Home): ProblemError {
  return new ProblemError(
    {
      code: 'database-lost',
      title: 'The database is another one',
      detail: `The database is new and empty, and the agent in ${home.path} belongs to an older one with its websites.`,
      remedy: `Bring ${join(home.postgres, 'data')} back, or give DATABASE_URL as before. To begin anew, take another folder with --home.`,
    },
    exitCodes.failed,
  );
}

/** Made once: a start that was cut off finds what it made. */
async function ensureAdmin(home: Home): Promise<InitialAdmin> {
  const found = await loadAdmin(home);
  if (found?.email && found.password && found.token) return found;
  await rm(home.initialAdmin, { force: true });
  const admin = { email: EMAIL, password: randomText(20), token: `fh_${randomText(40)}` };
  await writeJsonFile(home.initialAdmin, admin);
  return admin;
}

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function randomText(length: number): string {
  return Array.from({ length }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
