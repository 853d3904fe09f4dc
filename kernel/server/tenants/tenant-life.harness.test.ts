import { describe, expect, test } from 'vitest';
import { JobRunner } from '../jobs/job-runner.ts';
import { BackgroundTasks } from '../jobs/tasks.ts';
import { addPerson } from '../testing/people.ts';
import { readMails } from '../testing/read-mails.ts';
import { type Caller, startReadyServer } from '../testing/test-server.ts';

async function start() {
  const run = await startReadyServer();
  const seller = await run.newTenant('Seller', { kind: 'reseller' });
  const { body: ada } = await seller.caller('POST', '/v1/tenants', { name: 'Ada' });
  const { body: token } = await seller.caller('POST', `/v1/tenants/${ada.id}/tokens`, { name: 'x' });
  const customer = run.as(token.token);
  const { body: app } = await customer('POST', '/v1/apps', {
    type: 'site',
    name: 'blog',
    spec: { hostnames: ['ada.test'] },
  });
  await run.node.settle();
  const settle = async () => {
    await run.server.get(JobRunner).runDue();
    await run.node.settle();
  };
  return { run, seller, ada: ada.id as string, customer, app: app.id as string, settle };
}

const reasonsOf = async (caller: Caller, app: string) =>
  (await caller('GET', `/v1/apps/${app}`)).body.suspended.map(({ reason }: { reason: string }) => reason);
const suspend = (caller: Caller, tenant: string, reason: string) =>
  caller('POST', `/v1/tenants/${tenant}/suspend`, { reason });
const resume = (caller: Caller, tenant: string, reason?: string) =>
  caller('POST', `/v1/tenants/${tenant}/resume`, { ...(reason && { reason }) });

describe('suspending a tenant', () => {
  test('suspends its apps on their nodes, for each reason by itself, and resuming brings them back', async () => {
    const { run, seller, ada, customer, app, settle } = await start();
    expect((await suspend(seller.caller, ada, 'billing')).body.suspended).toMatchObject([{ reason: 'billing' }]);
    await suspend(run.admin, ada, 'abuse');
    await settle();
    expect(await reasonsOf(customer, app)).toEqual(['billing', 'abuse']);
    expect((await resume(seller.caller, ada, 'billing')).body.suspended).toMatchObject([{ reason: 'abuse' }]);
    await settle();
    expect(await reasonsOf(customer, app)).toEqual(['abuse']);
    expect((await resume(seller.caller, ada)).body.code).toBe('tenant-suspension-not-yours');
    await resume(run.admin, ada);
    await settle();
    expect(await reasonsOf(customer, app)).toEqual([]);
    const kinds = (await customer('GET', `/v1/apps/${app}/operations`)).body.items.map(
      ({ kind }: { kind: string }) => kind,
    );
    expect(kinds).toEqual(['resume', 'suspend', 'suspend', 'create']);
  });

  test('leaves what was suspended for itself as it was', async () => {
    const { seller, ada, customer, app, settle } = await start();
    await customer('POST', `/v1/apps/${app}/suspend`, { reason: 'operator' });
    await suspend(seller.caller, ada, 'billing');
    await settle();
    expect(await reasonsOf(customer, app)).toEqual(['operator', 'billing']);
    expect((await customer('POST', `/v1/apps/${app}/resume`, {})).status).toBe(200);
    expect(await reasonsOf(customer, app)).toEqual(['billing']);
    expect((await customer('POST', `/v1/apps/${app}/resume`, {})).body.code).toBe('tenant-suspended');
    await resume(seller.caller, ada);
    await settle();
    expect(await reasonsOf(customer, app)).toEqual([]);
  });

  test('of a reseller reaches all below, and nothing new begins there', async () => {
    const { run, seller, ada, customer, app, settle } = await start();
    await suspend(run.admin, seller.id, 'abuse');
    await settle();
    expect(await reasonsOf(customer, app)).toEqual(['abuse']);
    const refused = { status: 409, body: { code: 'tenant-suspended' } };
    expect(await customer('POST', '/v1/apps', { type: 'note', name: 'new', spec: {} })).toMatchObject(refused);
    expect(await seller.caller('POST', '/v1/tenants', { name: 'New' })).toMatchObject(refused);
    expect((await resume(seller.caller, ada)).body.code).toBe('tenant-not-suspended');
  });

  test('is done from above: nobody suspends or resumes their own tenant', async () => {
    const { run, seller, ada, customer } = await start();
    expect((await suspend(customer, ada, 'operator')).status).toBe(403);
    expect((await suspend(seller.caller, seller.id, 'operator')).status).toBe(403);
    const { body } = await run.admin('GET', '/v1/tenants');
    const hoster = body.items.find(({ kind }: { kind: string }) => kind === 'hoster').id;
    expect((await suspend(run.admin, hoster, 'operator')).body.code).toBe('tenant-is-hoster');
  });

  test('is told by mail to those who are responsible', async () => {
    const { run, seller, ada } = await start();
    await addPerson(run, { tenant: ada, email: 'ada@example.test' });
    await addPerson(run, { tenant: ada, email: 'tech@example.test', role: 'technical_user' });
    await suspend(seller.caller, ada, 'billing');
    await resume(seller.caller, ada);
    const told = (await readMails(run.admin)).filter(({ template }) => template.startsWith('tenant-'));
    expect(told.map(({ template, to }) => [template, to])).toEqual([
      ['tenant-suspended', 'ada@example.test'],
      ['tenant-resumed', 'ada@example.test'],
    ]);
  });

  test('is made good for what was changed at the same moment', async () => {
    const { run, seller, ada, customer, app } = await start();
    await suspend(seller.caller, ada, 'billing');
    await run.store.pool.query('delete from graphile_worker._private_jobs');
    await run.server.get(BackgroundTasks).purge();
    expect(await reasonsOf(customer, app)).toEqual(['billing']);
  });
});

describe('removing a tenant', () => {
  test('shuts out its people and programs at once, stops its apps, and restoring brings all of it back', async () => {
    const { run, seller, ada, customer, app, settle } = await start();
    const person = await addPerson(run, { tenant: ada, email: 'ada@example.test' });
    const { body } = await seller.caller('DELETE', `/v1/tenants/${ada}`);
    expect(body).toMatchObject({ lifecycle: 'removed' });
    expect(Date.parse(body.purgeAfter) - Date.parse(body.removedAt)).toBe(30 * 86_400_000);
    await settle();
    expect((await customer('GET', '/v1/apps')).status).toBe(401);
    expect((await person.caller('GET', '/v1/apps')).status).toBe(403);
    expect(await reasonsOf(seller.caller, app)).toEqual(['operator']);
    expect((await seller.caller('POST', `/v1/tenants/${ada}/restore`, {})).body).toMatchObject({
      lifecycle: 'present',
      purgeAfter: null,
    });
    await settle();
    expect(await reasonsOf(customer, app)).toEqual([]);
    expect((await person.caller('GET', '/v1/apps')).body.items).toHaveLength(1);
  });

  test('waits for those below it', async () => {
    const { run, seller, ada } = await start();
    expect((await run.admin('DELETE', `/v1/tenants/${seller.id}`)).body.code).toBe('tenant-has-tenants');
    await seller.caller('DELETE', `/v1/tenants/${ada}`);
    expect((await run.admin('DELETE', `/v1/tenants/${seller.id}`)).status).toBe(200);
    expect((await run.admin('POST', `/v1/tenants/${ada}/restore`, {})).body.code).toBe('tenant-not-present');
  });

  test('is done from above, and destroying by an administrator', async () => {
    const { run, seller, ada, customer } = await start();
    expect((await customer('DELETE', `/v1/tenants/${ada}`)).status).toBe(403);
    expect((await seller.caller('DELETE', `/v1/tenants/${seller.id}`)).status).toBe(403);
    expect((await run.admin('DELETE', `/v1/tenants/${ada}?purge=true`)).body.code).toBe('tenant-not-removed');
    await seller.caller('DELETE', `/v1/tenants/${ada}`);
    expect((await seller.caller('DELETE', `/v1/tenants/${ada}?purge=true`)).status).toBe(403);
  });

  test('ends in its destruction when its time is over, when its nodes have destroyed the apps', async () => {
    const { run, seller, ada, app } = await start();
    const purge = () => run.server.get(BackgroundTasks).purge();
    await seller.caller('DELETE', `/v1/tenants/${ada}`);
    run.clock.advance(30 * 86_400_000 - 1);
    await purge();
    expect((await run.admin('GET', `/v1/tenants/${ada}`)).body.lifecycle).toBe('removed');
    run.clock.advance(1);
    await purge();
    expect((await run.admin('GET', `/v1/tenants/${ada}`)).body.lifecycle).toBe('purging');
    expect((await run.admin('POST', `/v1/tenants/${ada}/restore`, {})).body.code).toBe('tenant-not-removed');
    await purge();
    expect((await run.admin('GET', `/v1/apps/${app}`)).status).toBe(200);
    await run.node.settle();
    expect((await run.admin('GET', `/v1/apps/${app}`)).status).toBe(404);
    await purge();
    expect((await run.admin('GET', `/v1/tenants/${ada}`)).status).toBe(404);
    const { rows } = await run.store.pool.query('select 1 from kernel.api_token where tenant = $1', [ada]);
    expect(rows).toEqual([]);
    const [last] = (await run.admin('GET', `/v1/audit?subject=${ada}`)).body.items;
    expect(last).toMatchObject({ action: 'tenant.destroyed', actor: { kind: 'system' } });
  });
});

test('tenants are found by kind, by what is above, by whether they were removed, and by the beginning of the short name', async () => {
  const { run, seller, ada } = await start();
  const ids = async (caller: Caller, query: string) =>
    (await caller('GET', `/v1/tenants?${query}`)).body.items.map(({ id }: { id: string }) => id);
  expect(await ids(run.admin, 'kind=reseller')).toEqual([seller.id]);
  expect(await ids(run.admin, `parent=${seller.id}`)).toEqual([ada]);
  expect(await ids(run.admin, 'search=AD')).toEqual([ada]);
  for (const wild of ['%25', '_da', '%5C']) expect(await ids(run.admin, `search=${wild}`)).toEqual([]);
  expect(await ids(seller.caller, 'search=s')).toEqual([seller.id]);
  await seller.caller('DELETE', `/v1/tenants/${ada}`);
  expect(await ids(seller.caller, 'lifecycle=removed')).toEqual([ada]);
  expect(await ids(seller.caller, 'lifecycle=present')).toEqual([seller.id]);
});
