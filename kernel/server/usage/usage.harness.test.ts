import type { MeasuredReport } from '@freehold/sdk/protocol';
import { describe, expect, test } from 'vitest';
import { packFixture } from '../apps/files/fixture-archive.ts';
import { BackgroundTasks } from '../jobs/tasks.ts';
import { type Caller, startReadyServer, type TestServer } from '../testing/test-server.ts';

type Owners = MeasuredReport['owners'];

async function newApp(caller: Caller, name = 'one'): Promise<string> {
  const { body } = await caller('POST', '/v1/apps', { type: 'site', name, spec: {} });
  return body.id;
}

function report({ node, clock }: TestServer, owners: Owners, epoch = 'one') {
  return node.exchange({ reports: [{ kind: 'measured', epoch, at: clock.now().toISOString(), owners }] });
}

const traffic = (run: TestServer, app: string, total: number, epoch?: string) =>
  report(run, [{ owner: `app:${app}`, traffic: total }], epoch);
const disk = (run: TestServer, app: string, bytes: number, inodes = 1) =>
  report(run, [{ owner: `app:${app}`, disk: { bytes, inodes } }]);

async function used(caller: Caller, tenant: string) {
  const { body } = await caller('GET', `/v1/tenants/${tenant}/usage`);
  return Object.fromEntries(body.items.map(({ id, used }: { id: string; used: number }) => [id, used]));
}

async function series(caller: Caller, url: string) {
  const { body } = await caller('GET', url);
  return body.items.map(({ at, amount }: { at: string; amount: number }) => [at.slice(5, 16), amount]);
}

async function hoster({ store }: TestServer): Promise<string> {
  return (await store.pool.query(`select id from kernel.tenant where kind = 'hoster'`)).rows[0].id;
}

describe('what a node measures', () => {
  test('is what the tenant uses, and all above it', async () => {
    const run = await startReadyServer();
    const reseller = await run.newTenant('Reseller', { kind: 'reseller' });
    const ada = await run.newTenant('Ada', { parent: reseller.id });
    const bob = await run.newTenant('Bob', { parent: reseller.id });
    const [one, two, other] = [await newApp(ada.caller), await newApp(ada.caller, 'two'), await newApp(bob.caller)];
    await disk(run, one, 1000, 10);
    await disk(run, two, 500, 5);
    await disk(run, other, 7, 1);
    await disk(run, one, 900, 12);
    expect(await used(ada.caller, ada.id)).toMatchObject({ disk: 1400, inodes: 17 });
    expect(await used(reseller.caller, reseller.id)).toMatchObject({ disk: 1407, inodes: 18 });
    expect(await used(run.admin, await hoster(run))).toMatchObject({ disk: 1407, inodes: 18, apps: 3 });
    const { body } = await ada.caller('GET', `/v1/apps/${one}/usage`);
    expect(body.items.map(({ id, used }: { id: string; used: number }) => [id, used])).toEqual([
      ['apps', 1],
      ['apps-web', 1],
      ['disk', 900],
      ['inodes', 12],
      ['site.height', 1],
    ]);
  });

  test('is added up from totals, whichever reports are lost, doubled, late or of an agent that has forgotten all', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const app = await newApp(ada.caller);
    for (const total of [100, 100, 250, 100, 250, 300]) await traffic(run, app, total);
    expect(await used(ada.caller, ada.id)).toMatchObject({ bandwidth: 300 });
    await traffic(run, app, 40, 'two');
    await traffic(run, app, 50, 'two');
    expect(await used(ada.caller, ada.id)).toMatchObject({ bandwidth: 350 });
    await Promise.all([60, 70, 80, 80, 90].map((total) => traffic(run, app, total, 'two')));
    await traffic(run, app, 100, 'two');
    expect(await used(ada.caller, ada.id)).toMatchObject({ bandwidth: 400 });
  });

  test('of a month begins at nothing with the next', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const app = await newApp(ada.caller);
    await traffic(run, app, 100);
    run.clock.advance(32 * 86_400_000);
    expect(await used(ada.caller, ada.id)).toMatchObject({ bandwidth: 0 });
    await traffic(run, app, 130);
    expect(await used(ada.caller, ada.id)).toMatchObject({ bandwidth: 30 });
  });

  test('is nobody else’s: a node speaks of its own apps only', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const app = await newApp(ada.caller);
    await run.store.pool.query(`insert into kernel.node (id, name, created_at) values ('nod_other', 'other', now())`);
    await run.store.pool.query(`update kernel.app set node = 'nod_other' where id = $1`, [app]);
    await disk(run, app, 1_000_000);
    await report(run, [
      { owner: 'role:pool', disk: { bytes: 5, inodes: 5 } },
      { owner: 'app:app_none', traffic: 3 },
    ]);
    expect(await used(ada.caller, ada.id)).toMatchObject({ disk: 0 });
  });

  test('stays until the app is destroyed, the trash included; what was sent was sent', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const app = await newApp(ada.caller);
    await report(run, [{ owner: `app:${app}`, disk: { bytes: 1000, inodes: 3 }, traffic: 77 }]);
    await ada.caller('DELETE', `/v1/apps/${app}`);
    await run.node.settle();
    expect(await used(ada.caller, ada.id)).toMatchObject({ apps: 0, disk: 1000, bandwidth: 77 });
    await ada.caller('DELETE', `/v1/apps/${app}?purge=true`);
    await run.node.settle();
    expect(await used(ada.caller, ada.id)).toMatchObject({ disk: 0, inodes: 0, bandwidth: 77 });
  });
});

describe('who has reached what is measured', () => {
  test('gets no new app and no new files, and may change and remove what is there', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const { body: base } = await run.admin('POST', '/v1/packages', {
      name: 'Base',
      limits: { disk: 1000, bandwidth: 100 },
    });
    await run.admin('PUT', `/v1/tenants/${ada.id}/packages`, { packages: [{ package: base.id }] });
    const app = await newApp(ada.caller);
    await disk(run, app, 1000);
    const refused = await ada.caller('POST', '/v1/apps', { type: 'site', name: 'two', spec: {} });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'limit-reached', detail: expect.stringContaining('Disk space: 1 KB') },
    });
    expect((await ada.caller('PATCH', `/v1/apps/${app}`, { spec: { title: 'New' } })).status).toBe(200);
    await disk(run, app, 950);
    const archive = await packFixture([{ name: 'a', content: 'x'.repeat(100) }]);
    const upload = await ada.caller('PUT', `/v1/apps/${app}/files`, archive, { 'content-type': 'application/x-tar' });
    expect(upload.body.code).toBe('limit-reached');
    await disk(run, app, 10);
    await traffic(run, app, 100);
    const again = await ada.caller('POST', '/v1/apps', { type: 'site', name: 'two', spec: {} });
    expect(again.body.detail).toContain('Bandwidth');
    const { body } = await ada.caller('GET', `/v1/tenants/${ada.id}/usage`);
    const states = Object.fromEntries(body.items.map(({ id, state }: { id: string; state: string }) => [id, state]));
    expect(states).toMatchObject({ disk: 'free', bandwidth: 'full', inodes: 'unlimited' });
    expect((await ada.caller('DELETE', `/v1/apps/${app}`)).status).toBe(200);
  });
});

describe('over time', () => {
  test('what is there is what it was last, and what came is added up, by hours and by days', async () => {
    const run = await startReadyServer();
    const ada = await run.newTenant('Ada');
    const app = await newApp(ada.caller);
    const start = new Date('2030-01-10T10:20:00Z').getTime();
    const at = async (hours: number, bytes: number, total: number) => {
      run.clock.advance(start + hours * 3_600_000 - run.clock.now().getTime());
      await report(run, [{ owner: `app:${app}`, disk: { bytes, inodes: 1 }, traffic: total }]);
    };
    await at(0, 100, 5);
    await at(0.5, 200, 8);
    await at(1, 200, 8);
    await at(5, 50, 20);
    await at(20, 60, 21);
    const url = `/v1/tenants/${ada.id}/usage`;
    expect(await series(ada.caller, `${url}/disk`)).toEqual([
      ['01-10T10:00', 200],
      ['01-10T15:00', 50],
      ['01-11T06:00', 60],
    ]);
    expect(await series(ada.caller, `${url}/bandwidth`)).toEqual([
      ['01-10T10:00', 8],
      ['01-10T15:00', 12],
      ['01-11T06:00', 1],
    ]);
    await run.server.get(BackgroundTasks).clean();
    await run.server.get(BackgroundTasks).clean();
    expect(await series(ada.caller, `/v1/apps/${app}/usage/disk?step=day`)).toEqual([
      ['01-10T00:00', 50],
      ['01-11T00:00', 60],
    ]);
    expect(await series(ada.caller, `${url}/bandwidth?step=day&from=2030-01-01T00:00:00Z`)).toEqual([
      ['01-10T00:00', 20],
      ['01-11T00:00', 1],
    ]);
    expect(await series(ada.caller, `${url}/disk?from=2030-01-10T18:00:00Z&to=2030-01-10T19:00:00Z`)).toEqual([
      ['01-10T15:00', 50],
    ]);
    expect((await ada.caller('GET', `${url}/disk?from=yesterday`)).status).toBe(422);
    run.clock.advance(20 * 86_400_000);
    await run.server.get(BackgroundTasks).clean();
    expect((await run.store.pool.query(`select distinct step from kernel.usage_point`)).rows).toEqual([
      { step: 'day' },
    ]);
  });

  test('is seen by whoever may see the tenant and nobody else', async () => {
    const run = await startReadyServer();
    const [ada, bob] = [await run.newTenant('Ada'), await run.newTenant('Bob')];
    const app = await newApp(ada.caller);
    for (const url of [
      `tenants/${ada.id}/usage`,
      `tenants/${ada.id}/usage/disk`,
      `tenants/${ada.id}/entitlement`,
      `tenants/${ada.id}/packages`,
      `apps/${app}/usage`,
      `apps/${app}/usage/disk`,
    ])
      expect({ url, status: (await bob.caller('GET', `/v1/${url}`)).status }).toEqual({ url, status: 404 });
  });
});

test('what was there before anybody counted is counted, whether there is enough or not', async () => {
  const run = await startReadyServer();
  const ada = await run.newTenant('Ada');
  await newApp(ada.caller);
  await newApp(ada.caller, 'two');
  const { body: base } = await run.admin('POST', '/v1/packages', { name: 'Base', limits: { apps: 1 } });
  await run.store.pool.query('delete from kernel.app_use; delete from kernel.usage_counter');
  await run.admin('PUT', `/v1/tenants/${ada.id}/packages`, { packages: [{ package: base.id }] });
  await run.server.get(BackgroundTasks).countUses();
  await run.server.get(BackgroundTasks).countUses();
  expect(await used(ada.caller, ada.id)).toMatchObject({ apps: 2, 'apps-web': 2 });
  expect((await run.store.pool.query('select plugin from kernel.uses_counted order by 1')).rows).toEqual([
    { plugin: 'pool' },
    { plugin: 'site' },
  ]);
});
