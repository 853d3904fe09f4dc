import fc from 'fast-check';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { takeDatabase } from '../../testing/database.ts';
import { silentLog } from '../log/logger.ts';
import { Setting } from './entities/index.ts';
import { channels, Notifications, notify } from './notifications.ts';
import { Store } from './store.ts';

test('whatever text is written is read as it was, also when it looks like SQL', async () => {
  await using database = await takeDatabase();
  const { store } = database;
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 50 }), async (given) => {
      const text = given.toWellFormed().replaceAll('\0', '');
      const [row] = await store
        .reader()
        .execute<{ text: string; list: string[]; json: unknown }[]>(
          'select ? as text, array[?]::text[] as list, ?::jsonb as json',
          [text, [text, text], JSON.stringify({ text })],
        );
      expect(row).toEqual({ text, list: [text, text], json: { text } });
    }),
    { examples: [["'"], ['\\'], ["\\'; drop table x; --"], ['?'], ['??'], ['$1'], ["E'\\x'"]] },
  );
});

test('what a transaction did is undone when it throws', async () => {
  await using database = await takeDatabase();
  const { store } = database;
  const write = store.transaction(async (tx) => {
    tx.create(Setting, { key: 'a', value: 1 }, { persist: true });
    await tx.flush();
    throw new Error('no');
  });
  await expect(write).rejects.toThrow('no');
  expect(await store.reader().count(Setting, {})).toBe(0);
});

test('of two transactions that wait for each other one is run again', async () => {
  await using database = await takeDatabase();
  const { store } = database;
  await store.pool.query(`insert into kernel.setting values ('a', '0'), ('b', '0')`);
  let runs = 0;
  const add = (first: string, second: string) =>
    store.transaction(async (tx) => {
      runs += 1;
      const increase = `update kernel.setting set value = to_jsonb((value::text)::int + 1) where key = ?`;
      await tx.execute(increase, [first]);
      await new Promise((resolve) => setTimeout(resolve, 60));
      await tx.execute(increase, [second]);
    });
  await Promise.all([add('a', 'b'), add('b', 'a')]);
  const { rows } = await store.pool.query('select value from kernel.setting');
  expect(rows.map(({ value }) => value)).toEqual([2, 2]);
  // The one that was run again may have met the other once more.
  expect(runs).toBeGreaterThan(2);
});

describe('migrations', () => {
  test('bring an empty database to the newest version, also when several servers start at once', async () => {
    await using database = await takeDatabase();
    const name = `migrations_${process.pid}`;
    const url = new URL(database.url);
    url.pathname = `/${name}`;
    await database.store.pool.query(`drop database if exists ${name}`);
    await database.store.pool.query(`create database ${name}`);
    const stores = await Promise.all([1, 2, 3].map(() => Store.open({ url: url.href, poolSize: 3 })));
    await Promise.all(stores.map((store) => store.migrate()));
    await stores[0]?.migrate();
    const columns = `select table_name, column_name, data_type from information_schema.columns where table_schema = 'kernel' order by 1, 2`;
    const made = await stores[0]?.pool.query(columns);
    expect(made?.rows).toEqual((await database.store.pool.query(columns)).rows);
    await Promise.all(stores.map((store) => store.close()));
    await database.store.pool.query(`drop database ${name}`);
  });
});

describe('notifications', () => {
  test('are told when the transaction has committed, to all who listen', async () => {
    await using database = await takeDatabase();
    const { store } = database;
    const notifications = new Notifications(store.pool, silentLog);
    await notifications.open();
    const heard: (string | undefined)[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const forget = notifications.on('freehold_work', (payload) =>
      payload === 'end' ? resolve() : heard.push(payload),
    );
    await store.transaction((tx) => notify(tx, 'freehold_work', 'made'));
    await store
      .transaction(async (tx) => {
        await notify(tx, 'freehold_work', 'not made');
        throw new Error('no');
      })
      .catch(() => undefined);
    await store.transaction((tx) => notify(tx, 'freehold_work', 'end'));
    await promise;
    forget();
    expect(heard).toEqual(['made']);
    await notifications.close();
  });

  test('come again after the connection broke, and everybody is told to look', async () => {
    await using database = await takeDatabase();
    const { store } = database;
    const notifications = new Notifications(store.pool, silentLog);
    await notifications.open();
    const told = channels.map((channel) => new Promise((resolve) => notifications.on(channel, resolve)));
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()`,
    );
    await client.end();
    expect(await Promise.all(told)).toEqual(channels.map(() => undefined));
    await hearAgain(store, notifications);
    await notifications.close();
  });

  test('come again after the other end fell silent, which nobody says', async () => {
    await using database = await takeDatabase();
    const { store } = database;
    const notifications = new Notifications(store.pool, silentLog, { heartbeat: 50 });
    await notifications.open();
    const { rows } = await store.pool.query(
      `select pid from pg_stat_activity where query like 'listen %' and datname = current_database()`,
    );
    const told = new Promise((resolve) => notifications.on('freehold_work', resolve));
    process.kill(rows[0].pid, 'SIGSTOP');
    try {
      expect(await told).toBeUndefined();
      await hearAgain(store, notifications);
    } finally {
      process.kill(rows[0].pid, 'SIGCONT');
    }
    await notifications.close();
  });

  async function hearAgain(store: Store, notifications: Notifications): Promise<void> {
    let heard: string | undefined;
    notifications.on('freehold_work', (payload) => {
      heard ??= payload;
    });
    const tell = () => store.transaction((tx) => notify(tx, 'freehold_work', 'again'));
    await expect.poll(() => tell().then(() => heard)).toBe('again');
  }
});
