import pg from 'pg';
import { expect, test } from 'vitest';
import { takeDatabase } from '../testing/database.ts';
import { loadRights } from './rights.ts';

test('it is known what the user of a database may do', async () => {
  await using database = await takeDatabase();
  const user = `guest_${process.pid}`;
  const run = async (sql: string) => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  const guest = new URL(database.url);
  guest.username = user;
  expect(await loadRights(database.url)).toMatchObject({ superuser: true, ready: true });
  await run(`create role ${user} login`);
  try {
    const rights = { user, superuser: false, role: `${user}_scoped` };
    expect(await loadRights(guest.href)).toEqual({ ...rights, ready: false });
    await run(`create role ${user}_scoped nologin; grant ${user}_scoped to ${user}`);
    expect(await loadRights(guest.href)).toEqual({ ...rights, ready: true });
    await run(`drop role ${user}_scoped; alter role ${user} createrole`);
    expect(await loadRights(guest.href)).toEqual({ ...rights, ready: true });
  } finally {
    await run(`drop role if exists ${user}_scoped; drop role ${user}`);
  }
});
