import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { readJsonFile, writeJsonFile } from '../launcher/json-file.ts';

/** What `freehold login` keeps: one token per API, and which API was used last. Mode 0600. */
export interface Credentials {
  readonly current?: string;
  readonly tokens: Readonly<Record<string, SavedToken>>;
}

export interface SavedToken {
  /** An API token, or the access token of a session. */
  readonly token: string;
  /** With which a session goes on; used once. */
  readonly refreshToken?: string;
  readonly email?: string;
}

export async function loadCredentials(): Promise<Credentials> {
  const found = await readJsonFile<Credentials>(credentialsPath());
  return found && typeof found.tokens === 'object' ? found : { tokens: {} };
}

export async function saveToken(api: string, saved: SavedToken): Promise<void> {
  const { tokens } = await loadCredentials();
  await save({ current: api, tokens: { ...tokens, [api]: saved } });
}

/** The tokens with which a session goes on. Which API was used last stays. */
export async function renewToken(api: string, saved: SavedToken): Promise<void> {
  const { current, tokens } = await loadCredentials();
  await save({ ...(current ? { current } : {}), tokens: { ...tokens, [api]: saved } });
}

/** Forgets the token of an API; gives it back. */
export async function forgetToken(api: string): Promise<SavedToken | undefined> {
  const { current, tokens } = await loadCredentials();
  const { [api]: forgotten, ...others } = tokens;
  if (forgotten) await save({ ...(current && current !== api ? { current } : {}), tokens: others });
  return forgotten;
}

export function credentialsPath(): string {
  return join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'freehold/credentials.json');
}

async function save(credentials: Credentials): Promise<void> {
  const path = credentialsPath();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeJsonFile(path, credentials);
}
