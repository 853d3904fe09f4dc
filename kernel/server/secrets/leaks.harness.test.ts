import type { ActedReport, Report, StateDocument, Work } from '@freehold/sdk/protocol';
import { expect, test } from 'vitest';
import { step } from '../testing/test-node.ts';
import { ADMIN, startReadyServer } from '../testing/test-server.ts';

/** Every text that can be read from outside, and every table. */
async function readEverything({ admin, store }: Awaited<ReturnType<typeof startReadyServer>>): Promise<string> {
  const json = { accept: 'application/json' };
  const lists = ['apps', 'operations', 'events', 'audit', 'nodes', 'plugins', 'tenants', 'nodes/local/plugins'];
  const answers = await Promise.all(
    lists.map((list) => admin('GET', `/v1/${list}?${list.includes('plugins') ? '' : 'limit=200'}`, undefined, json)),
  );
  const operations = answers[1]?.body.items.map(({ id }: { id: string }) => id) ?? [];
  const details = await Promise.all(
    operations.flatMap((id: string) => [
      admin('GET', `/v1/operations/${id}`),
      admin('GET', `/v1/operations/${id}/log`),
    ]),
  );
  const { rows: tables } = await store.pool.query(`select tablename from pg_tables where schemaname = 'kernel'`);
  const dumps = await Promise.all(
    tables.map(({ tablename }) => store.pool.query(`select t::text from kernel.${tablename} t`)),
  );
  return JSON.stringify([answers, details, dumps.map(({ rows }) => rows)]);
}

test('the value of a secret is in the document for the node, and nowhere else, whatever a program prints', async () => {
  const run = await startReadyServer();
  const { body: app } = await run.admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec: {} });
  const [work] = await run.node.work();
  const { document } = work as { document: StateDocument };
  const [value = ''] = Object.values(document.secrets);
  expect(value).toHaveLength(32);
  const chatty = step('run', 'command:x', { output: `PASSWORD=${value}`, diff: `+${value}`, summary: value });
  const outcome = { kind: 'failed', reason: 'X', message: `cannot log in with ${value}` } as const;
  const report = run.node.report(work as Work, { outcome, steps: [chatty] }) as Report;
  await run.node.exchange({
    reports: [
      { kind: 'progress', owner: `app:${app.id}`, revision: 1, done: 1, total: 1, message: `trying ${value}` },
      report,
      {
        kind: 'checked',
        owner: `app:${app.id}`,
        revision: 1,
        drift: [{ resource: 'file:/a', summary: value, action: 'kept' }],
        observed: {},
        at: run.node.now(),
      },
    ],
  });
  const { body: acted } = await run.admin('POST', `/v1/apps/${app.id}/actions/tidy`, {});
  const [action] = await run.node.work();
  expect(JSON.stringify(action)).toContain(value);
  await run.node.exchange({
    reports: [{ ...(run.node.report(action as Work) as ActedReport), output: { tidy: [value] }, steps: [chatty] }],
  });
  const { body } = await run.admin('GET', `/v1/operations/${acted.operation.id}`);
  expect(body).toMatchObject({ state: 'succeeded', output: { tidy: ['[secret]'] } });
  const everything = await readEverything(run);
  expect(everything).toContain('PASSWORD=[secret]');
  expect(everything).not.toContain(value);
  expect(JSON.stringify(run.logged)).not.toContain(value);
});

test('no token, key or password is stored as it is', async () => {
  const run = await startReadyServer();
  const { caller } = await run.newTenant('Ada');
  const { body: session } = await run.as(undefined)('POST', '/v1/session', {
    email: ADMIN.email,
    password: ADMIN.password,
  });
  const { body: node } = await run.admin('POST', '/v1/nodes', { name: 'other' }, { 'idempotency-key': 'k' });
  const everything = await readEverything(run);
  for (const secret of [ADMIN.token, ADMIN.password, caller.token, session.token, run.node.key, node.enrolmentToken])
    expect(everything).not.toContain(secret);
});

test('a secret stays the same as long as its app lives', async () => {
  const run = await startReadyServer();
  const { body: app } = await run.admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec: {} });
  const secrets = async () => ((await run.node.work())[0] as { document: StateDocument }).document.secrets;
  const first = await secrets();
  await run.node.settle();
  await run.admin('PATCH', `/v1/apps/${app.id}`, { spec: { title: 'New' } });
  expect(await secrets()).toEqual(first);
  await run.node.settle();
  const { body: other } = await run.admin('POST', '/v1/apps', { type: 'site', name: 'other', spec: {} });
  expect(Object.values(await secrets())).not.toEqual(Object.values(first));
  expect(other.id).not.toBe(app.id);
});

test('who writes the placeholder of somebody else’s secret into a field gets the placeholder', async () => {
  const run = await startReadyServer();
  await run.admin('POST', '/v1/apps', { type: 'site', name: 'victim', spec: {} });
  const [work] = await run.node.work();
  const [placeholder = ''] = Object.keys((work as { document: StateDocument }).document.secrets);
  await run.node.settle();
  await run.admin('POST', '/v1/apps', { type: 'note', name: 'thief', spec: { text: placeholder } });
  const [theirs] = await run.node.work();
  expect((theirs as { document: StateDocument }).document.secrets).toEqual({});
});
