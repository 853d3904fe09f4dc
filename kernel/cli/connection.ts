import { stat } from 'node:fs/promises';
import { defaultHomePath, type Home, homeAt, type InitialAdmin, type ReadyFile } from '../launcher/home.ts';
import { readJsonFile } from '../launcher/json-file.ts';
import type { Connection } from './api-client.ts';
import { type Credentials, loadCredentials } from './credentials.ts';
import { exitCodes, ProblemError, usageProblem } from './problem.ts';
import { renewSession } from './session-renewal.ts';

/** What the caller said about where the API is. */
export interface ConnectionOptions {
  readonly api?: string;
  readonly token?: string;
  readonly home?: string;
}

/**
 * Finds the API and a token for it. What is said nearer wins: options, then the environment, then a data folder that is
 * named, then what `freehold login` saved, then the installation of this machine.
 */
export async function findConnection(options: ConnectionOptions): Promise<Connection> {
  const said = { api: options.api ?? process.env.FREEHOLD_API, token: options.token ?? process.env.FREEHOLD_TOKEN };
  const namedHome = options.home ?? process.env.FREEHOLD_HOME;
  const home = homeAt(namedHome ?? defaultHomePath());
  if (said.api) return connectTo(normalizeApi(said.api), said.token, home);

  const local = await findLocal(home);
  const { current, tokens } = await loadCredentials();
  if (local && (namedHome || !current)) return { ...local, ...(said.token ? { token: said.token } : {}) };
  if (!namedHome && current)
    return { api: current, ...(said.token ? { token: said.token } : savedToken(current, tokens)) };
  throw await noInstallation(home);
}

/** `127.0.0.1:8600` and `http://127.0.0.1:8600/` are the same place. */
export function normalizeApi(api: string): string {
  const url = URL.parse(/^[a-z]+:\/\//i.test(api) ? api : `http://${api}`);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash)
    throw usageProblem(`${JSON.stringify(api)} is no address of an API.`, 'Give it as http://127.0.0.1:8600.');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

async function connectTo(api: string, token: string | undefined, home: Home): Promise<Connection> {
  if (token) return { api, token };
  const { tokens } = await loadCredentials();
  const local = await findLocal(home);
  if (tokens[api]) return { api, ...savedToken(api, tokens) };
  return { api, ...tokenOf(local?.api === api ? local.token : undefined) };
}

/** The installation of a data folder, if it runs and its files may be read. */
async function findLocal(home: Home): Promise<Connection | undefined> {
  const ready = await readJsonFile<ReadyFile>(home.ready);
  if (!ready) return undefined;
  const admin = await readJsonFile<InitialAdmin>(home.initialAdmin);
  return { api: ready.api, ...tokenOf(admin?.token) };
}

/** With the way to the next one, when it is that of a session. */
function savedToken(api: string, tokens: Credentials['tokens']): Pick<Connection, 'token' | 'renew'> {
  const saved = tokens[api];
  if (!saved) return {};
  return { token: saved.token, ...(saved.refreshToken && { renew: (stale: string) => renewSession(api, stale) }) };
}

function tokenOf(token: string | undefined): { token?: string } {
  return token ? { token } : {};
}

async function noInstallation(home: Home): Promise<ProblemError> {
  const hidden = await Promise.any([home.ready, homeAt('/var/lib/freehold').ready].map((path) => stat(path))).then(
    () => true,
    () => false,
  );
  return new ProblemError(
    {
      code: 'no-installation',
      title: 'No installation',
      detail: hidden
        ? 'Freehold runs on this machine, and its files belong to another user.'
        : `No address of an API is known, and no installation is ready in ${home.path}.`,
      remedy: hidden
        ? 'Run freehold login --api http://127.0.0.1:8600, or the same command with sudo.'
        : 'Start one with npm start, name the data folder of one with --home or FREEHOLD_HOME, or sign in to one elsewhere with freehold login --api <address>.',
    },
    exitCodes.cannotConnect,
  );
}
