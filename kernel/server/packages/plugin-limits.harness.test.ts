import { describe, expect, test } from 'vitest';
import { type Caller, startReadyServer, type TestServer } from '../testing/test-server.ts';

async function newTenant(run: TestServer, contents: object) {
  const tenant = await run.newTenant('Ada');
  const { body, status } = await run.admin('POST', '/v1/packages', { name: 'Base', ...contents });
  expect(status).toBe(201);
  await run.admin('PUT', `/v1/tenants/${tenant.id}/packages`, { packages: [{ package: body.id }] });
  return tenant;
}

const site = (caller: Caller, name: string, spec: object) => caller('POST', '/v1/apps', { type: 'site', name, spec });

describe('what a plugin lets packages give', () => {
  test('is listed with who defines it, its unit and its schema', async () => {
    const run = await startReadyServer();
    const { body } = await run.admin('GET', '/v1/package-contents');
    const find = (list: { id: string }[], id: string) => list.find((one) => one.id === id);
    expect(find(body.limits, 'site.rooms')).toMatchObject({
      plugin: 'site',
      unit: 'rooms',
      kind: 'total',
      otherwise: null,
    });
    expect(find(body.features, 'site.versions')).toMatchObject({ plugin: 'site', schema: { type: 'array' } });
    expect(find(body.limits, 'disk')).toMatchObject({ plugin: null, kind: 'measured', period: null });
    const wrong = await run.admin('POST', '/v1/packages', { name: 'x', limits: { 'site.rooms': 2_000_000 } });
    expect(wrong.body.errors).toMatchObject([{ pointer: '/limits/site.rooms', rule: 'maximum' }]);
  });

  test('with one left lets one of fifty through that want it at the same time', async () => {
    const run = await startReadyServer();
    const ada = await newTenant(run, { limits: { 'site.rooms': 10 } });
    await site(ada.caller, 'first', { rooms: 7 });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => site(ada.caller, `n${index}`, { rooms: 3 })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = answers.find(({ status }) => status !== 201);
    expect(refused).toMatchObject({
      status: 409,
      body: {
        code: 'limit-reached',
        errors: [{ pointer: '/spec/rooms', message: 'Rooms: 13 rooms, and 10 rooms at the most.' }],
      },
    });
    const { rows } = await run.store.pool.query(`select amount from kernel.usage_counter where subject = 'site.rooms'`);
    expect(rows).toEqual([{ amount: '10' }]);
  });

  test('is taken by changes too, as much as they add', async () => {
    const run = await startReadyServer();
    const ada = await newTenant(run, { limits: { 'site.rooms': 10 } });
    const { body: one } = await site(ada.caller, 'one', { rooms: 4 });
    const { body: two } = await site(ada.caller, 'two', { rooms: 4 });
    const change = (id: string, rooms: number) => ada.caller('PATCH', `/v1/apps/${id}`, { spec: { rooms } });
    const answers = await Promise.all([change(one.id, 6), change(two.id, 6)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const larger = answers[0]?.status === 200 ? one.id : two.id;
    expect((await change(larger, 2)).status).toBe(200);
    expect((await change(larger === one.id ? two.id : one.id, 8)).status).toBe(200);
  });

  test('counts for each app by itself where it says so, also where no package says anything', async () => {
    const run = await startReadyServer();
    const ada = await newTenant(run, { limits: {} });
    expect((await site(ada.caller, 'high', { height: 9 })).status).toBe(201);
    expect((await site(ada.caller, 'as-high', { height: 9 })).status).toBe(201);
    const { body } = await site(ada.caller, 'higher', { height: 10 });
    expect(body.errors).toMatchObject([
      { pointer: '/spec/height', message: 'Height: 10 floors, and 9 floors at the most.' },
    ]);
  });

  test('is a choice where it is a feature; what an app has already it keeps', async () => {
    const run = await startReadyServer();
    const ada = await newTenant(run, { features: { 'site.versions': ['1'] } });
    const { body: app } = await site(ada.caller, 'one', { version: '1' });
    const refused = await site(ada.caller, 'two', { version: '2' });
    expect(refused.body).toMatchObject({
      code: 'feature-not-included',
      errors: [{ pointer: '/spec/version', rule: 'feature', message: 'Versions: 2 is not included.', value: '2' }],
    });
    const { body: other } = await run.admin('POST', '/v1/packages', {
      name: 'Other',
      features: { 'site.versions': ['2'] },
    });
    const wish = { packages: [{ package: other.id }] };
    const { body: check } = await run.admin('POST', `/v1/tenants/${ada.id}/packages/check`, wish);
    expect(check.obstacles).toMatchObject([{ kind: 'feature', subject: 'site.versions', apps: [{ name: 'one' }] }]);
    await run.admin('PUT', `/v1/tenants/${ada.id}/packages`, { ...wish, force: true });
    expect((await ada.caller('PATCH', `/v1/apps/${app.id}`, { spec: { title: 'New' } })).status).toBe(200);
    expect((await ada.caller('PATCH', `/v1/apps/${app.id}`, { spec: { version: '2' } })).status).toBe(200);
    expect((await ada.caller('PATCH', `/v1/apps/${app.id}`, { spec: { version: '1' } })).body.code).toBe(
      'feature-not-included',
    );
  });

  test('is measured from what the node reports of the app', async () => {
    const run = await startReadyServer();
    const ada = await newTenant(run, { limits: { 'site.words': 1000 } });
    const { body: app } = await site(ada.caller, 'one', {});
    run.node.observe(`app:${app.id}`, { 'command:words': 1200 });
    await run.node.settle();
    const { body } = await ada.caller('GET', `/v1/tenants/${ada.id}/usage`);
    expect(body.items.find(({ id }: { id: string }) => id === 'site.words')).toMatchObject({
      used: 1200,
      limit: 1000,
      state: 'full',
    });
    expect((await site(ada.caller, 'two', {})).body.code).toBe('limit-reached');
  });
});
