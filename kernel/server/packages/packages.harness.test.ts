import { describe, expect, test } from 'vitest';
import { assign, newPackage, note, withPackage } from '../testing/sold-packages.ts';
import { type Caller, startReadyServer } from '../testing/test-server.ts';

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
