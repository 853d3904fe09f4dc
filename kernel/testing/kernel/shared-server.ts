import { join } from 'node:path';
import { ENGINE_VERSION } from '@freehold/sdk';
import type { Http } from '../../server/http/http.ts';
import { type Log, silentLog } from '../../server/log/logger.ts';
import { createPluginHost } from '../../server/plugin-host/create-plugin-host.ts';
import { recordVersions } from '../../server/plugins/plugin-upgrade.ts';
import { createServer, type Server } from '../../server/server.ts';
import { type TestDatabase, takeDatabase } from '../database.ts';
import type { SimulatedClock } from '../machine/simulated-clock.ts';
import { makeTemporaryFolder } from '../temporary-folder.ts';
import type { Beginning } from './beginning.ts';
import { linkPlugins } from './link-plugins.ts';
import { ServerClock } from './server-clock.ts';

/** A real server with its plugins loaded and its API made, on an empty database. */
export interface SharedServer {
  readonly server: Server;
  readonly api: Http;
  readonly database: TestDatabase;
  readonly clock: ServerClock;
  /** What it logged as warnings and errors since it was taken. */
  readonly logged: LogEntry[];
  /** How the last kernel on it began. */
  beginning?: Beginning;
}

export interface LogEntry {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const idle = new Map<string, SharedServer[]>();

/**
 * A server for one kernel. What a server is made of is made once for each set of plugins in a process: their modules are
 * loaded once, too. What differs between kernels is in the database, which is emptied.
 */
export async function takeServer(plugins: readonly string[], clock: SimulatedClock): Promise<SharedServer> {
  const found = idle.get(keyOf(plugins))?.pop();
  if (!found) return startServer(plugins, clock);
  found.clock.follow(clock);
  found.logged.length = 0;
  return found;
}

/** Empties the database of a server, but for what every start of a server puts there. */
export async function resetServer({ database, server }: SharedServer): Promise<void> {
  await database.store.pool.query('select public.freehold_reset()');
  server.foundation.notifications.missed();
  await recordVersions(server.foundation);
}

/** Makes the database of a server what was kept of it. */
export async function putBack({ database, server }: SharedServer): Promise<void> {
  await database.store.pool.query('select public.freehold_put_back()');
  server.foundation.notifications.missed();
}

/** Gives it back, or ends it when its plugins are not any more what they were. */
export async function returnServer(plugins: readonly string[], server: SharedServer): Promise<void> {
  if (server.server.foundation.plugins.list().every(({ state }) => state === 'running'))
    return void idle.set(keyOf(plugins), [...(idle.get(keyOf(plugins)) ?? []), server]);
  await server.server.stop();
  await server.database.release();
}

function keyOf(plugins: readonly string[]): string {
  return JSON.stringify(plugins);
}

async function startServer(plugins: readonly string[], machineClock: SimulatedClock): Promise<SharedServer> {
  const [database, folder] = await Promise.all([takeDatabase(), makeTemporaryFolder()]);
  const pluginFolder = join(folder, 'plugins');
  linkPlugins(plugins, pluginFolder);
  const clock = new ServerClock(machineClock);
  const logged: LogEntry[] = [];
  const log = recordingLog(logged);
  const server = await createServer({
    ...{ folder, log, clock, database: database.store, pluginFolders: [] },
    createPlugins: (records) =>
      createPluginHost({
        ...{ folders: [pluginFolder], engineVersion: ENGINE_VERSION, records, clock, log },
        verifyPurity: true,
      }),
  });
  return { server, database, clock, logged, api: await server.api() };
}

function recordingLog(logged: LogEntry[]): Log {
  const record = (fields: object, message: string) => void logged.push({ message, fields: { ...fields } });
  const log: Log = { ...silentLog, warn: record, error: record, child: () => log };
  return log;
}
