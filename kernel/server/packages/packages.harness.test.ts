import { describe, expect, test } from 'vitest';
import { App } from '../store/entities/index.ts';
import type { TenantId } from '../store/ids.ts';
import { type Caller, startReadyServer, type TestServer } from '../testing/test-server.ts';
import { EntitlementService } from './entitlement.service.ts';

type Contents = { limits?: Record<string, number | null>; features?: Record<string, unknown> };

async function newPackage({ admin }: TestServer, name: string, contents: Contents, more: object = {}) {
  const { status, body } = await admin('POST', '/v1/packages', { name, ...contents, ...more });
  expect({ status, detail: body.detail }).toEqual({ status: 201 });
  return body.id as string;
}

function assign(caller: Caller, tenant: string, packages: readonly object[], more: object = {}) {
  return caller('PUT', `/v1/tenants/${tenant}/packages`, { packages, ...more });
}

async function withPackage(run: TestServer, tenant: string, contents: Contents): Promise<string> {
  const id = await newPackage(run, `for ${tenant}`, contents);
  const { status, body } = await assign(run.admin, tenant, [{ package: id }]);
  expect({ status, detail: body.detail }).toEqual({ status: 200 });
  return id;
}

const note = (caller: Caller, name: string, more: object = {}) =>
  caller('POST', '/v1/apps', { type: 'note', name, spec: {}, ...more });
const site = (caller: Caller, name: string, spec: object) => caller('POST', '/v1/apps', { type: 'site', name, spec });

async function usage(caller: Caller, tenant: string) {
  const { body } = await caller('GET', `/v1/tenants/${tenant}/usage`);
  return Object.fromEntries(body.items.map(({ id, used }: { id: string; used: number }) => [id, used]));
}

describe('a limit', () => {
  test('with one left lets one of fifty through that want it at the same time', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    await withPackage(run, ada.id, { limits: { apps: 3 } });
    expect((await note(ada.caller, 'first')).status).toBe(201);
    expect((await note(ada.caller, 'second')).status).toBe(201);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => note(ada.caller, `n${index}`)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ status, body }) => body.code ?? status))).toEqual(new Set([201, 'limit-reached']));
    expect((await run.admin('GET', `/v1/apps?tenant=${ada.id}`)).body.items).toHaveLength(3);
    expect(await usage(ada.caller, ada.id)).toMatchObject({ apps: 3, 'apps-other': 3, 'apps-web': 0 });
  });

  test('says what is used up, and points at what wants more', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    await withPackage(run, ada.id, { limits: { apps: 1, domains: 1 } });
    const { status, body } = await site(ada.caller, 'two', {
      hostnames: ['a.example.test', 'b.example.test', 'other.test'],
    });
    expect({ status, body }).toMatchObject({
      status: 409,
      body: {
        code: 'limit-reached',
        detail: 'The packages do not include that: Domains: 2 domains, and 1 domains at the most.',
        errors: [
          { pointer: '/spec/hostnames/0', rule: 'limit' },
          { pointer: '/spec/hostnames/2', rule: 'limit' },
        ],
      },
    });
    expect((await site(ada.caller, 'one', { hostnames: ['a.example.test', 'b.example.test'] })).status).toBe(201);
  });

  test('is given back with the app, taken again when it is restored, and follows every change', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    await withPackage(run, ada.id, { limits: { apps: 1, domains: 2 } });
    const { body: app } = await site(ada.caller, 'one', { hostnames: ['a.test', 'b.test'] });
    expect(await usage(ada.caller, ada.id)).toMatchObject({ apps: 1, domains: 2 });
    expect(
      (await ada.caller('PATCH', `/v1/apps/${app.id}`, { spec: { hostnames: ['a.test', 'c.test', 'd.test'] } })).body
        .code,
    ).toBe('limit-reached');
    await ada.caller('PATCH', `/v1/apps/${app.id}`, { spec: { hostnames: ['c.test'] } });
    expect(await usage(ada.caller, ada.id)).toMatchObject({ domains: 1 });
    await ada.caller('DELETE', `/v1/apps/${app.id}`);
    expect(await usage(ada.caller, ada.id)).toMatchObject({ apps: 0, domains: 0 });
    expect((await note(ada.caller, 'other')).status).toBe(201);
    const refused = await ada.caller('POST', `/v1/apps/${app.id}/restore`, {});
    expect(refused.body.code).toBe('limit-reached');
    expect((await ada.caller('GET', `/v1/apps/${app.id}`)).body.lifecycle).toBe('removed');
  });

  test('counts a domain once, in whichever apps its names are', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    await withPackage(run, ada.id, { limits: { domains: 1 } });
    const { body: main } = await site(ada.caller, 'main', { hostnames: ['www.example.test'] });
    const { body: shop } = await site(ada.caller, 'shop', { hostnames: ['shop.example.test'] });
    expect(shop.id).toMatch(/^app_/);
    expect(await usage(ada.caller, ada.id)).toMatchObject({ domains: 1 });
    await ada.caller('DELETE', `/v1/apps/${main.id}`);
    expect(await usage(ada.caller, ada.id)).toMatchObject({ domains: 1 });
    await ada.caller('DELETE', `/v1/apps/${shop.id}`);
    expect(await usage(ada.caller, ada.id)).toMatchObject({ domains: 0 });
  });

  test('of a reseller holds for all its customers together, and does not say how large it is', async () => {
    const run = await startReadyServer();
    const reseller = await run.newTenant('Reseller', { kind: 'reseller' });
    const ada = await run.newTenant('Ada', { parent: reseller.id });
    const bob = await run.newTenant('Bob', { parent: reseller.id });
    await withPackage(run, reseller.id, { limits: { apps: 2 } });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => note((index % 2 ? ada : bob).caller, `n${index}`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409, 409, 409, 409, 409, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({
      code: 'provider-limit-reached',
      detail: 'Whoever provides the hosting has no more of Apps.',
    });
    expect(await usage(reseller.caller, reseller.id)).toMatchObject({ apps: 2 });
    const { rows } = await run.store.pool.query(`select id from kernel.tenant where kind = 'hoster'`);
    expect(await usage(run.admin, rows[0].id)).toMatchObject({ apps: 2 });
  });
});

test('what a reseller has is taken also in a transaction that may not see it', async () => {
  const run = await startReadyServer();
  const reseller = await run.newTenant('Reseller', { kind: 'reseller' });
  const ada = await run.newTenant('Ada', { parent: reseller.id });
  await withPackage(run, reseller.id, { limits: { databases: 3 } });
  const { body } = await note(ada.caller, 'one');
  const memberships = [{ tenant: ada.id as TenantId, role: 'customer' as const }];
  const actor = { kind: 'account' as const, id: 'acc_ada', name: 'Ada', memberships };
  const take = (amount: number) =>
    run.store.transactionFor(actor, async (tx) => {
      const app = await tx.findOneOrFail(App, { id: body.id }, { populate: ['tenant'] });
      await run.server.get(EntitlementService).take(tx, app, [{ limit: 'databases', amount }]);
      expect(await tx.execute('select from kernel.package_assignment')).toEqual([]);
    });
  await take(3);
  await expect(take(4)).rejects.toMatchObject({ code: 'provider-limit-reached' });
  expect(await usage(reseller.caller, reseller.id)).toMatchObject({ databases: 3 });
});

test('without a package a tenant has as much as there is, or what everybody has', async () => {
  const run = await startReadyServer();
  const ada = await run.newTenant('Ada');
  expect((await note(ada.caller, 'one')).status).toBe(201);
  const usual = await newPackage(run, 'Usual', { limits: { apps: 2 } });
  expect((await run.admin('PATCH', '/v1/settings', { defaultPackage: usual })).status).toBe(200);
  expect((await note(ada.caller, 'two')).status).toBe(201);
  expect((await note(ada.caller, 'three')).body.code).toBe('limit-reached');
  const { body } = await ada.caller('GET', `/v1/tenants/${ada.id}/usage`);
  expect(body.items[0]).toEqual({
    ...{ id: 'apps', title: 'Apps', unit: 'apps', kind: 'total', period: null },
    ...{ used: 2, limit: 2, state: 'full' },
  });
});

describe('a package', () => {
  test('gives what its revision says that the tenant has, until the tenant is moved', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const id = await withPackage(run, ada.id, { limits: { apps: 1 } });
    await note(ada.caller, 'one');
    const changed = await run.admin('PATCH', `/v1/packages/${id}`, { limits: { apps: 5 } });
    expect(changed.body).toMatchObject({ revision: 2, limits: { apps: 5 } });
    expect((await run.admin('PATCH', `/v1/packages/${id}`, { name: 'Renamed' })).body.revision).toBe(2);
    expect((await note(ada.caller, 'two')).body.code).toBe('limit-reached');
    await assign(run.admin, ada.id, [{ package: id }]);
    expect((await ada.caller('GET', `/v1/tenants/${ada.id}/packages`)).body.items).toMatchObject([
      { revision: 1, newest: 2 },
    ]);
    await assign(run.admin, ada.id, [{ package: id, revision: 2 }]);
    expect((await note(ada.caller, 'two')).status).toBe(201);
    const { body } = await run.admin('GET', `/v1/packages/${id}/revisions`);
    expect(body.items.map(({ number, limits }: { number: number; limits: object }) => [number, limits])).toEqual([
      [2, { apps: 5 }],
      [1, { apps: 1 }],
    ]);
  });

  test('adds to what other packages give', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const base = await newPackage(run, 'Base', { limits: { apps: 1, disk: 1_000_000_000 }, features: { ssh: false } });
    const more = await newPackage(run, 'More', { limits: { disk: 500_000_000 }, features: { ssh: true } });
    await assign(run.admin, ada.id, [{ package: base }, { package: more, quantity: 3 }]);
    const { body } = await ada.caller('GET', `/v1/tenants/${ada.id}/entitlement`);
    const limit = (id: string) => body.limits.find((one: { id: string }) => one.id === id).limit;
    expect([limit('apps'), limit('disk'), limit('inodes')]).toEqual([1, 2_500_000_000, null]);
    expect(body.features.find((one: { id: string }) => one.id === 'ssh').included).toBe(true);
    expect(body.features.find((one: { id: string }) => one.id === 'git').included).toBe(false);
  });

  test('that is too small is not given before what is in the way is gone, unless it is forced', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    await note(ada.caller, 'one');
    const { body: two } = await note(ada.caller, 'two');
    const small = await newPackage(run, 'Small', { limits: { apps: 1 } });
    const check = await run.admin('POST', `/v1/tenants/${ada.id}/packages/check`, { packages: [{ package: small }] });
    expect(check.body).toMatchObject({
      fits: false,
      obstacles: [
        {
          kind: 'limit',
          subject: 'apps',
          message: 'Apps: 2 apps are used, 1 apps would be included.',
          apps: [{ name: 'one' }, { name: 'two' }],
        },
      ],
    });
    expect((await assign(run.admin, ada.id, [{ package: small }])).body.code).toBe('package-does-not-fit');
    expect((await assign(run.admin, ada.id, [{ package: small }], { force: true })).status).toBe(200);
    expect((await note(ada.caller, 'three')).body.code).toBe('limit-reached');
    expect((await ada.caller('PATCH', `/v1/apps/${two.id}`, { spec: { text: 'changed' } })).status).toBe(200);
    await ada.caller('DELETE', `/v1/apps/${two.id}`);
    expect((await assign(run.admin, ada.id, [{ package: small }])).status).toBe(200);
  });

  test('of a reseller gives no more than the reseller has, and goes to its own customers only', async () => {
    const run = await startReadyServer();
    const reseller = await run.newTenant('Reseller', { kind: 'reseller' });
    const ada = await run.newTenant('Ada', { parent: reseller.id });
    const bob = await run.newTenant('Bob');
    const own = await withPackage(run, reseller.id, { limits: { apps: 10 }, features: { ssh: true } });
    const create = (contents: object) => reseller.caller('POST', '/v1/packages', { name: 'S', ...contents });
    expect((await create({ limits: { apps: 11 } })).body.code).toBe('package-exceeds-entitlement');
    expect((await create({ limits: { apps: null } })).body.code).toBe('package-exceeds-entitlement');
    expect((await create({ features: { git: true } })).body.code).toBe('package-exceeds-entitlement');
    const { status, body } = await create({ limits: { apps: 10 }, features: { ssh: true }, visibility: 'public' });
    expect(status).toBe(201);
    expect((await assign(reseller.caller, ada.id, [{ package: body.id }])).status).toBe(200);
    expect((await assign(reseller.caller, bob.id, [{ package: body.id }])).body.code).toBe('tenant-not-found');
    expect((await assign(reseller.caller, reseller.id, [{ package: own }])).body.code).toBe('permission-denied');
    expect((await assign(run.admin, bob.id, [{ package: body.id }])).body.code).toBe('package-not-for-tenant');
    const less = await newPackage(run, 'Less', { limits: { apps: 5 } });
    const check = await run.admin('POST', `/v1/tenants/${reseller.id}/packages/check`, {
      packages: [{ package: less }],
    });
    expect(check.body.obstacles).toMatchObject([{ kind: 'package', subject: body.id }]);
  });

  test('is seen by those who sell it, who have it, and to whom it is offered', async () => {
    const run = await startReadyServer();
    const reseller = await run.newTenant('Reseller', { kind: 'reseller' });
    const ada = await run.newTenant('Ada');
    const eve = await run.newTenant('Eve', { parent: reseller.id });
    const hidden = await newPackage(run, 'Hidden', {});
    await newPackage(run, 'Public', {}, { visibility: 'public' });
    await newPackage(run, 'Resellers', {}, { visibility: 'reseller-only' });
    await reseller.caller('POST', '/v1/packages', { name: 'Theirs', visibility: 'public' });
    await assign(run.admin, ada.id, [{ package: hidden }]);
    const seen = async (caller: Caller) =>
      (await caller('GET', '/v1/packages')).body.items.map(({ name }: { name: string }) => name).sort();
    expect(await seen(run.admin)).toEqual(['Hidden', 'Public', 'Resellers', 'Theirs']);
    expect(await seen(reseller.caller)).toEqual(['Public', 'Resellers', 'Theirs']);
    expect(await seen(ada.caller)).toEqual(['Hidden', 'Public']);
    expect(await seen(eve.caller)).toEqual(['Theirs']);
    expect((await eve.caller('GET', `/v1/packages/${hidden}`)).body.code).toBe('package-not-found');
    expect((await ada.caller('PATCH', `/v1/packages/${hidden}`, { name: 'Mine' })).body.code).toBe('permission-denied');
    await run.admin('PATCH', `/v1/packages/${hidden}`, { archived: true });
    expect((await assign(run.admin, eve.id, [{ package: hidden }])).body.code).toBe('package-archived');
    expect((await run.admin('GET', '/v1/packages?archived=true')).body.items).toMatchObject([{ name: 'Hidden' }]);
  });

  test('that nobody can give is refused with every reason', async () => {
    const run = await startReadyServer();
    const { status, body } = await run.admin('POST', '/v1/packages', {
      name: 'Wrong',
      limits: { apps: 1, nothing: 3 },
      features: { ssh: ['x'], unknown: true },
    });
    expect(status).toBe(422);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/limits/nothing',
      '/features/ssh',
      '/features/unknown',
    ]);
  });
});
