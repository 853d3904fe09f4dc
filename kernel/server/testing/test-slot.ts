import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestDatabase, takeDatabase } from '../../testing/database.ts';
import { makeTemporaryFolder } from '../../testing/temporary-folder.ts';
import { AuditSealer } from '../audit/audit-sealer.ts';
import { FakeClock } from '../hooks/fake-clock.ts';
import type { Http } from '../http/http.ts';
import { JobRunner } from '../jobs/job-runner.ts';
import { type Log, silentLog } from '../log/logger.ts';
import { createServer, type Server, type ServerOptions } from '../server.ts';
import { TestNode } from './test-node.ts';

export const ADMIN = {
  email: 'admin@freehold.test',
  password: 'correct horse battery staple',
  token: 'fh_adminadminadminadminadminadminadminadmin',
};
const ENROLMENT = 'fhe_enrolmentenrolmentenrolmentenrolment';

/** A server with an administrator and a node, on a database of its own. */
export interface Slot {
  readonly server: Server;
  readonly api: Http;
  readonly database: TestDatabase;
  readonly folder: string;
  readonly clock: FakeClock;
  /** What was logged as warnings and errors. */
  readonly logged: { readonly message: string; readonly fields: object }[];
  /** As it is at the beginning. */
  readonly node: TestNode;
  /** How its plugins were at the beginning; undefined for a server of a special kind, which nobody else wants. */
  readonly plugins: string | undefined;
}

/** What tests begin with. */
export interface Beginning {
  /** Names it. */
  readonly name: string;
  readonly prepare: (slot: Slot) => Promise<void>;
}

const idle = new Map<string, Slot[]>();

/**
 * A server for one test. To make one takes a hundred times as long as to put back what its database held, so a test gets the one of a test
 * before it, unless it wants a server of a special kind.
 */
export async function takeSlot({ name, prepare }: Beginning, options: Partial<ServerOptions>): Promise<Slot> {
  const isSpecial = Object.keys(options).length > 0;
  const found = isSpecial ? undefined : idle.get(name)?.pop();
  if (found) return putBack(found);
  const slot = await makeSlot(options);
  await prepare(slot);
  if (isSpecial) return { ...slot, plugins: undefined };
  await slot.database.store.pool.query('select public.freehold_keep()');
  return slot;
}

/** Gives it back for another test, or ends it when it is not any more what a test expects. */
export async function returnSlot(slot: Slot, { name, isUsable }: { name: string; isUsable: boolean }): Promise<void> {
  await slot.server.get(JobRunner).stop();
  await slot.server.get(AuditSealer).stop();
  if (isUsable && stateOfPlugins(slot.server) === slot.plugins)
    return void idle.set(name, [...(idle.get(name) ?? []), slot]);
  await slot.server.stop();
  await rm(slot.folder, { recursive: true, force: true });
  await slot.database.release();
}

async function putBack(slot: Slot): Promise<Slot> {
  const { database, server, folder, clock, logged } = slot;
  clock.reset();
  logged.length = 0;
  await rm(join(folder, 'uploads'), { recursive: true, force: true });
  await server.foundation.uploads.open();
  await rm(join(folder, 'audit-head.json'), { force: true });
  await database.store.pool.query('select public.freehold_put_back()');
  server.foundation.notifications.missed();
  return slot;
}

async function makeSlot(options: Partial<ServerOptions>): Promise<Slot> {
  const [database, folder] = await Promise.all([takeDatabase(), makeTemporaryFolder()]);
  const clock = new FakeClock();
  const logged: { message: string; fields: object }[] = [];
  const record = (fields: object, message: string) => void logged.push({ message, fields });
  const log: Log = { ...silentLog, warn: record, error: record, child: () => log };
  const server = await createServer({
    folder,
    pluginFolders: [join(import.meta.dirname, 'plugins')],
    log,
    database: database.store,
    clock,
    // The clock stands still, and with it the windows in which requests are counted.
    counting: false,
    ...options,
  });
  await server.bootstrap({ admin: ADMIN, node: { name: 'local', enrolmentToken: ENROLMENT } });
  const node = await TestNode.enrol(server, ENROLMENT);
  const plugins = stateOfPlugins(server);
  return { server, api: await server.api(), database, folder, clock, logged, node, plugins };
}

function stateOfPlugins(server: Server): string {
  return JSON.stringify(server.foundation.plugins.list().map(({ id, state, version }) => [id, state, version]));
}
