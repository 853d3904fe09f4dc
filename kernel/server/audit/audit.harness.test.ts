import { expect, test } from 'vitest';
import { BackgroundTasks } from '../jobs/tasks.ts';
import { startReadyServer, startTestServer, type TestServer } from '../testing/test-server.ts';

const actions = async ({ admin }: TestServer, query: string) => {
  const { status, body } = await admin('GET', `/v1/audit?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items.map(({ action }: { action: string }) => action).sort();
};

test('a change says what was and what is, who it was, from where, and in which request', async () => {
  const run = await startReadyServer();
  const { body: app } = await run.admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec: { title: 'Old' } });
  const { headers } = await run.admin('PATCH', `/v1/apps/${app.id}`, { spec: { title: 'New' } });
  const { body } = await run.admin('GET', `/v1/audit?subject=${app.id}&action=app.change`);
  expect(body.items).toMatchObject([
    {
      action: 'app.change',
      before: { name: 'blog', spec: { title: 'Old' } },
      after: { name: 'blog', spec: { title: 'New' } },
      details: { name: 'blog' },
      actor: { kind: 'account', address: '127.0.0.1', requestId: expect.stringMatching(/^[A-Za-z0-9-]{8,64}$/) },
    },
  ]);
  const [{ actor }] = body.items;
  expect(headers['x-request-id'] ?? actor.requestId).toBe(actor.requestId);
  expect(await actions(run, `request=${actor.requestId}`)).toEqual(['app.change']);
});

test.each<[string, (run: TestServer, app: string) => Promise<unknown>, object, object]>([
  [
    'suspend',
    ({ admin }, app) => admin('POST', `/v1/apps/${app}/suspend`, { reason: 'abuse' }),
    { suspended: [] },
    { suspended: [{ reason: 'abuse' }] },
  ],
  [
    'remove',
    ({ admin }, app) => admin('DELETE', `/v1/apps/${app}`),
    { lifecycle: 'present' },
    { lifecycle: 'removed' },
  ],
])('what %s changed of an app is known', async (kind, change, before, after) => {
  const run = await startReadyServer();
  const { body: app } = await run.admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec: { title: 'x' } });
  await change(run, app.id);
  const { body } = await run.admin('GET', `/v1/audit?subject=${app.id}`);
  expect(body.items).toMatchObject([
    { action: `app.${kind}`, before, after },
    { action: 'app.create', before: null, after: { name: 'blog', lifecycle: 'present', spec: { title: 'x' } } },
  ]);
});

test('what changed of a node and of its plugins is known', async () => {
  const run = await startReadyServer();
  await run.admin('PATCH', '/v1/nodes/local', { drift: 'keep' });
  const { body } = await run.admin('GET', '/v1/audit?action=node.*');
  expect(body.items[0]).toMatchObject({ action: 'node.change', before: { drift: 'repair' }, after: { drift: 'keep' } });
  expect(body.items[1]).toMatchObject({ action: 'node.enablePlugin', before: null, after: { config: {} } });
});

test('entries are found by who, what, where and when', async () => {
  const run = await startTestServer();
  const { id } = await run.newTenant('Ada');
  const { body } = await run.admin('GET', `/v1/audit?subject=${id}`);
  const [{ actor }] = body.items;
  expect(await actions(run, `tenant=${id}`)).toEqual(['tenant.create', 'token.create']);
  expect(await actions(run, `tenant=${id}&action=tenant.create`)).toEqual(['tenant.create']);
  expect(await actions(run, `tenant=${id}&action=token.*`)).toEqual(['token.create']);
  expect(await actions(run, `tenant=${id}&actor=${actor.id}`)).toEqual(['tenant.create', 'token.create']);
  expect(await actions(run, `tenant=${id}&actor=acc_nobody`)).toEqual([]);
  expect(await actions(run, `tenant=${id}&address=${actor.address}`)).toEqual(['tenant.create', 'token.create']);
  expect(await actions(run, `tenant=${id}&until=2026-01-01T00:00:00Z`)).toEqual([]);
  run.clock.advance(86_400_000);
  await run.admin('PATCH', `/v1/tenants/${id}`, { name: 'Ada Ltd' });
  expect(await actions(run, `tenant=${id}&since=2026-01-02`)).toEqual(['tenant.change']);
  expect(await actions(run, `tenant=${id}&until=2026-01-01T12:00:00%2B00:00`)).toEqual([
    'tenant.create',
    'token.create',
  ]);
  expect((await run.admin('GET', '/v1/audit?since=yesterday')).status).toBe(422);
  expect((await run.admin('GET', "/v1/audit?action=x'--")).status).toBe(422);
});

test('whoever acted as somebody else is found too', async () => {
  const run = await startTestServer();
  await run.store.pool.query(
    `insert into kernel.audit_entry (id, at, actor, action, subject) values ('aud_x', now(),
      '{"kind": "account", "id": "acc_b", "name": "b", "impersonator": {"kind": "account", "id": "acc_a", "name": "a"}}', 'app.change', 'app_x')`,
  );
  for (const id of ['acc_a', 'acc_b']) {
    const { body } = await run.admin('GET', `/v1/audit?actor=${id}`);
    expect(body.items).toMatchObject([{ id: 'aud_x', actor: { id: 'acc_b', impersonator: { id: 'acc_a' } } }]);
  }
});

test('the log is exported as JSON lines, as much of it as somebody may see', async () => {
  const run = await startTestServer();
  const { id, caller } = await run.newTenant('Ada');
  await run.newTenant('Eve');
  const read = async (token: string | undefined, query = '') => {
    const { body, statusCode, headers } = await run.api.inject({
      url: `/v1/audit/export${query}`,
      headers: { authorization: `Bearer ${token}` },
    });
    return { statusCode, type: headers['content-type'], lines: body.trim().split('\n') };
  };
  const all = await read(run.admin.token);
  expect(all).toMatchObject({ statusCode: 200, type: 'application/x-ndjson; charset=utf-8' });
  const listed = (await run.admin('GET', '/v1/audit?limit=200')).body.items;
  expect(all.lines.map((line) => JSON.parse(line))).toEqual(listed.reverse());
  const own = (await read(caller.token)).lines.map((line) => JSON.parse(line));
  expect(own.length).toBeGreaterThan(0);
  expect(new Set(own.map(({ tenant }) => tenant))).toEqual(new Set([id]));
  expect((await read(run.admin.token, '?action=token.*')).lines).toHaveLength(2);
  expect((await read(undefined)).statusCode).toBe(401);
});

test('the chain is verified through the API, and what was done to it is told', async () => {
  const run = await startTestServer();
  const { id, caller } = await run.newTenant('Ada');
  expect((await caller('POST', '/v1/audit/verify', {})).status).toBe(403);
  const { body } = await run.admin('POST', '/v1/audit/verify', {});
  expect(body).toMatchObject({ intact: true, first: 1, problems: [] });
  expect((await run.admin('POST', '/v1/audit/verify', { head: body.head })).body.intact).toBe(true);
  const other = { ...body.head, link: '0'.repeat(64) };
  expect((await run.admin('POST', '/v1/audit/verify', { head: other })).body).toMatchObject({
    intact: false,
    problems: [{ kind: 'other-chain' }],
  });
  const client = await run.store.pool.connect();
  await client.query(
    `begin; set local session_replication_role = replica; update kernel.audit_entry set actor = actor || '{"name": "x"}' where subject = '${id}'; commit`,
  );
  client.release();
  const { body: found } = await run.admin('POST', '/v1/audit/verify', {});
  expect(found).toMatchObject({
    intact: false,
    problems: [{ kind: 'changed', entry: expect.stringMatching(/^aud_/) }],
  });
});

test('entries are let go after the time that the settings say, by the job that cleans up', async () => {
  const run = await startTestServer();
  const clean = () => run.server.get(BackgroundTasks).clean();
  run.clock.advance(40 * 86_400_000);
  await clean();
  expect((await run.admin('POST', '/v1/audit/verify', {})).body).toMatchObject({ intact: true, first: 1 });
  await run.admin('PATCH', '/v1/settings', { auditRetention: 30 * 86_400 });
  await clean();
  const { body } = await run.admin('POST', '/v1/audit/verify', {});
  expect(body).toMatchObject({ intact: true, entries: 1, problems: [] });
  expect(body.first).toBeGreaterThan(1);
  expect((await run.admin('GET', '/v1/audit')).body.items).toMatchObject([{ action: 'settings.change' }]);
});

test('no secret gets into the log, whatever part of a request it was in', async () => {
  const run = await startTestServer();
  const password = 'never to be read by anybody';
  await run.admin('PATCH', '/v1/settings', { mail: { password } });
  const { body } = await run.admin('GET', '/v1/audit?action=settings.change');
  expect(body.items).toMatchObject([{ details: { mailPassword: '[secret]' }, after: { mail: { passwordSet: true } } }]);
  expect(JSON.stringify(body)).not.toContain(password);
});
