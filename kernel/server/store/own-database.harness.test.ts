import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { takeDatabase } from '../../testing/database.ts';
import type { Actor } from '../accounts/actor.ts';
import { Tenant } from './entities/index.ts';
import { RoleNotAllowedError } from './role-not-allowed-error.ts';
import { Store } from './store.ts';

const clean: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of clean.splice(0).reverse()) await step();
});

/** A database of somebody who is no superuser, as it is where one rents it. */
async function rentDatabase(rights: string): Promise<string> {
  const { url, release } = await takeDatabase();
  clean.push(release);
  const name = `renter_${process.pid}_${clean.length}`;
  const run = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  await run(`create role ${name} login ${rights}`, `create database ${name} owner ${name}`);
  clean.push(() =>
    run(`drop database ${name} with (force)`, `drop role if exists ${name}_scoped`, `drop role ${name}`),
  );
  const rented = new URL(url);
  rented.username = name;
  rented.pathname = `/${name}`;
  return rented.href;
}

async function openStore(url: string): Promise<Store> {
  const store = await Store.open({ url, poolSize: 3 });
  clean.push(() => store.close());
  return store;
}

const tenant = (id: string) =>
  `insert into kernel.tenant (id, kind, name, slug, path, created_at) values ('${id}', 'customer', 'x', '${id}', '{${id}}', now())`;

test('a database of one’s own keeps tenants apart too, and a second start finds everything done', async () => {
  const url = await rentDatabase('createrole');
  const store = await openStore(url);
  await store.migrate();
  await store.pool.query(`${tenant('tnt_a')}; ${tenant('tnt_b')}`);
  const memberships = [{ tenant: 'tnt_a' as never, role: 'customer' as const }];
  const actor: Actor = { kind: 'account', id: 'acc_a', name: 'x', memberships };
  const again = await openStore(url);
  await again.migrate();
  for (const one of [store, again]) {
    expect((await one.readerFor(actor).find(Tenant, {})).map(({ id }) => id)).toEqual(['tnt_a']);
    expect(await one.transactionFor(actor, (tx) => tx.nativeDelete(Tenant, { id: 'tnt_b' as never }))).toBe(0);
    expect(await one.reader().count(Tenant, {})).toBe(2);
  }
});

test('who may not make the role for it is told what somebody else has to do, and then it works', async () => {
  const url = await rentDatabase('');
  const store = await openStore(url);
  const error = await store.migrate().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RoleNotAllowedError);
  const [, statements] = /run: (.*)$/s.exec((error as Error).message) ?? [];
  const { url: maintenance, release } = await takeDatabase();
  clean.push(release);
  const client = new pg.Client({ connectionString: maintenance });
  await client.connect();
  await client.query(statements ?? '');
  await client.end();
  await store.migrate();
  expect(await store.readerFor({ kind: 'account', id: 'x', name: 'x', memberships: [] }).count(Tenant, {})).toBe(0);
});
