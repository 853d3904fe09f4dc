import { expect, test } from 'vitest';
import { newId } from '../server/store/ids.ts';
import { takeDatabase } from './database.ts';

const insertTenant = `insert into kernel.tenant (id, kind, name, slug, path, created_at) values ($1, 'hoster', 'H', 'h', '{}', now())`;
const countTenants = 'select count(*)::int as count from kernel.tenant';

test('each test gets an empty database, also the second time', async () => {
  for (const _ of [1, 2, 3]) {
    await using database = await takeDatabase();
    expect((await database.store.pool.query(countTenants)).rows).toEqual([{ count: 0 }]);
    await database.store.pool.query(insertTenant, [newId('tnt')]);
  }
});

test('two databases at a time do not see each other', async () => {
  await using one = await takeDatabase();
  await using two = await takeDatabase();
  await one.store.pool.query(insertTenant, [newId('tnt')]);
  expect((await two.store.pool.query(countTenants)).rows).toEqual([{ count: 0 }]);
});

test('what was given back is emptied and taken again, not made anew', async () => {
  const first = await takeDatabase();
  await first.release();
  await using second = await takeDatabase();
  expect(second.url).toBe(first.url);
});
