import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { ensureDatabase, startCluster } from '../../kernel/postgres/cluster.ts';
import { makeFolder, portOf } from './settings.ts';

/** A PostgreSQL that somebody else runs on this machine, reached through TCP. */
export async function startOwnDatabase(): Promise<{ url: string; stop: () => Promise<void> }> {
  const folder = makeFolder();
  chmodSync(folder, 0o711);
  const run = `${folder}/run`;
  const options = { data: `${folder}/data`, run, user: 'nobody', stage: `${folder}/program`, throwaway: true };
  const cluster = await startCluster(options);
  await ensureDatabase(cluster.url('postgres'), 'mine');
  const door = await openDoor(`${run}/.s.PGSQL.5432`);
  return {
    url: `postgresql://freehold:secret@127.0.0.1:${portOf(door)}/mine`,
    async stop() {
      door.close();
      await cluster.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Passes connections on to a socket that only the user of the database may open. */
function openDoor(socket: string): Promise<Server> {
  const door = createServer((caller) => {
    const database = connect(socket);
    caller.pipe(database).pipe(caller);
    caller.once('error', () => database.destroy());
    database.once('error', () => caller.destroy());
  });
  return new Promise((resolve) => door.listen(0, '127.0.0.1', () => resolve(door)));
}
