import { expect, test, vi } from 'vitest';
import { startReadyServer, type TestServer } from '../testing/test-server.ts';
import { twoCustomers } from '../testing/two-customers.ts';

const wall = vi.hoisted(() => ({ stands: true }));

/** Everybody may do everything, and no query says whose things it wants. */
vi.mock('../accounts/permissions.ts', async (load) => {
  const real = await load<typeof import('../accounts/permissions.ts')>();
  const unless = <T extends (...args: never[]) => unknown>(check: T, answer: ReturnType<T>) =>
    ((...args: never[]) => (wall.stands ? check(...args) : answer)) as T;
  return {
    ...real,
    can: unless(real.can, true),
    assertCan: unless(real.assertCan, undefined),
    assertCanSomewhere: unless(real.assertCanSomewhere, undefined),
    roleIn: unless(real.roleIn, 'super_admin'),
  };
});
vi.mock('../tenants/scope.ts', async (load) => {
  const real = await load<typeof import('../tenants/scope.ts')>();
  const unless = <T extends (...args: never[]) => unknown>(limit: T, answer: ReturnType<T>) =>
    ((...args: never[]) => (wall.stands ? limit(...args) : answer)) as T;
  return {
    ...real,
    scopeOf: unless(real.scopeOf, { kind: 'all' }),
    visibleTenants: unless(real.visibleTenants, {}),
    ofVisibleTenants: unless(real.ofVisibleTenants, {}),
    ofVisibleApps: unless(real.ofVisibleApps, {}),
  };
});

test('with the first wall switched off nobody sees or touches what is of another tenant', async () => {
  const run = await startReadyServer();
  const { one, other } = await twoCustomers(run);
  const before = await everything(run, other.tenant);
  wall.stands = false;
  const answers = [];
  for (const caller of [one.caller, one.reseller.caller])
    for (const [method, url, body] of [
      ['GET', `/v1/tenants/${other.tenant}`],
      ['PATCH', `/v1/tenants/${other.tenant}`, { name: 'Taken' }],
      ['POST', '/v1/tenants', { name: 'Below', parent: other.tenant }],
      ['GET', `/v1/tenants/${other.tenant}/tokens`],
      ['POST', `/v1/tenants/${other.tenant}/tokens`, { name: 'x' }],
      ['GET', `/v1/apps/${other.app}`],
      ['PATCH', `/v1/apps/${other.app}`, { name: 'taken' }],
      ['POST', `/v1/apps/${other.app}/suspend`, { reason: 'operator' }],
      ['POST', `/v1/apps/${other.app}/actions/tidy`, {}],
      ['DELETE', `/v1/apps/${other.app}`],
      ['POST', '/v1/apps', { tenant: other.tenant, type: 'note', name: 'foreign', spec: {} }],
      ['GET', `/v1/apps/${other.app}/operations`],
      ['GET', `/v1/apps/${other.app}/releases`],
    ] as const)
      answers.push([method, url, (await caller(method, url, body)).status]);
  expect(answers.filter(([, , status]) => status !== 404)).toEqual([]);
  for (const url of ['/v1/tenants', '/v1/apps', '/v1/operations', '/v1/audit', '/v1/events']) {
    const { body } = await one.caller('GET', url, undefined, { accept: 'application/json' });
    expect(JSON.stringify(body)).toContain(one.tenant);
    expect(JSON.stringify(body)).not.toContain(other.tenant);
    expect(JSON.stringify(body)).not.toContain(other.app);
  }
  expect(await everything(run, other.tenant)).toEqual(before);
});

async function everything({ store }: TestServer, tenant: string): Promise<unknown[]> {
  const of = async (table: string, column: string) =>
    (
      await store.pool.query(`select to_jsonb(t) as row from kernel.${table} t where ${column} = $1 order by t::text`, [
        tenant,
      ])
    ).rows;
  return [
    await of('tenant', 'id'),
    await of('tenant', 'parent'),
    await of('app', 'tenant'),
    await of('operation', 'tenant'),
    await of('api_token', 'tenant'),
  ];
}
