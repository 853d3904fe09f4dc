import { describe, expect, test } from 'vitest';
import type { Actor } from '../accounts/actor.ts';
import { startReadyServer } from '../testing/test-server.ts';
import { twoCustomers } from '../testing/two-customers.ts';
import { App, Tenant } from './entities/index.ts';

const tables = [
  ...['tenant', 'app', 'reconciliation', 'operation', 'event', 'audit_entry', 'api_token', 'membership', 'invitation'],
  ...['domain', 'release', 'operation_log'],
];

describe('the database itself', () => {
  test('gives whoever acts for a tenant only what is of that tenant or below it, although nothing else was asked', async () => {
    const run = await startReadyServer();
    const { one, other } = await twoCustomers(run);
    const ids = async (actor: Actor, table: string) => {
      const column = { tenant: 'id', app: 'id', release: 'app', reconciliation: 'app' }[table] ?? 'tenant';
      if (table === 'operation_log') return [];
      const rows = await run.store
        .readerFor(actor)
        .execute<{ id: string }[]>(`select ${column} as id from kernel.${table}`);
      return [...new Set(rows.map(({ id }) => id))].sort();
    };
    expect(await ids(one.customer, 'tenant')).toEqual([one.tenant]);
    expect(await ids(one.customer, 'app')).toEqual([one.app]);
    expect(await ids(one.customer, 'reconciliation')).toEqual([one.app]);
    expect(await ids(one.technical, 'app')).toEqual([one.app]);
    expect(await ids(one.technical, 'api_token')).toEqual([]);
    expect(await ids(one.seller, 'tenant')).toEqual([one.reseller.id, one.tenant].sort());
    for (const actor of [one.customer, one.seller, one.technical])
      for (const table of tables) {
        const seen = await ids(actor, table);
        expect(seen).not.toContain(other.tenant);
        expect(seen).not.toContain(other.app);
        expect(seen).not.toContain(null);
      }
  });

  test('changes nothing of another tenant, and lets nothing be put there', async () => {
    const run = await startReadyServer();
    const { one, other } = await twoCustomers(run);
    const rows = (sql: string, values: unknown[]) =>
      run.store.transactionFor(one.customer, async (tx) => (await tx.execute<unknown[]>(sql, values)).length);
    expect(await rows(`update kernel.app set name = 'taken' where id = ? returning id`, [other.app])).toBe(0);
    expect(await rows(`update kernel.app set name = 'taken' where true returning id`, [])).toBe(1);
    expect(await rows(`delete from kernel.tenant where id = ? returning id`, [other.tenant])).toBe(0);
    await expect(rows(`update kernel.app set tenant = ? where true returning id`, [other.tenant])).rejects.toThrow(
      'row-level security',
    );
    await expect(
      rows(`insert into kernel.membership (account, tenant, role) values ('acc_x', ?, 'customer')`, [other.tenant]),
    ).rejects.toThrow('row-level security');
    const { rows: left } = await run.store.pool.query('select name, tenant from kernel.app where id = $1', [other.app]);
    expect(left).toEqual([{ name: 'note', tenant: other.tenant }]);
  });

  test('opens nothing that is of no tenant: accounts, secrets, keys of nodes, jobs', async () => {
    const run = await startReadyServer();
    const { one } = await twoCustomers(run);
    const read = (what: string) => run.store.readerFor(one.seller).execute(`select * from ${what}`);
    for (const table of ['kernel.account', 'kernel.secret', 'kernel.node', 'graphile_worker._private_jobs'])
      await expect(read(table)).rejects.toThrow('permission denied');
    await run.store.transactionFor(one.customer, (tx) => tx.execute(`select graphile_worker.add_job('x')`));
  });

  test('lets nobody see anything who was given no scope', async () => {
    const run = await startReadyServer();
    await twoCustomers(run);
    const nobody: Actor = { kind: 'account', id: 'acc', name: 'x', memberships: [] };
    expect(await run.store.readerFor(nobody).count(App, {})).toBe(0);
    expect(await run.store.readerFor(nobody).count(Tenant, {})).toBe(0);
  });

  test('forgets whose turn it was with the statement, and with the transaction', async () => {
    const run = await startReadyServer();
    const { one } = await twoCustomers(run);
    await run.store.readerFor(one.customer).count(App, {});
    await run.store
      .readerFor(one.customer)
      .execute('select no_such_column')
      .catch(() => undefined);
    await run.store.transactionFor(one.customer, (tx) => tx.count(App, {}));
    for (let count = 0; count < 12; count++) expect(await run.store.reader().count(App, {})).toBe(2);
  });
});
