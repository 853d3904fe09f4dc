import { describe, expect, test } from 'vitest';
import { App } from '../store/entities/index.ts';
import type { TenantId } from '../store/ids.ts';
import { newPackage, note, site, usage, withPackage } from '../testing/sold-packages.ts';
import { startReadyServer } from '../testing/test-server.ts';
import { EntitlementService } from './entitlement.service.ts';

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
