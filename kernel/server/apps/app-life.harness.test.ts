import { expect, test } from 'vitest';
import { type Caller, startReadyServer, type TestServer } from '../testing/test-server.ts';
import { packFixture } from './files/fixture-archive.ts';

async function newSite({ newTenant, node }: TestServer, spec: object = {}) {
  const { id: tenant, caller } = await newTenant('Ada');
  const created = await caller('POST', '/v1/apps', { type: 'site', name: 'blog', spec });
  expect(created.status).toBe(201);
  await node.settle();
  return { tenant, caller, id: created.body.id as string, url: `/v1/apps/${created.body.id}`, created };
}

const ready = async (caller: Caller, url: string) =>
  (await caller('GET', url)).body.conditions.find(({ type }: { type: string }) => type === 'Ready');

test('a new app becomes ready when its node says so', async () => {
  const run = await startReadyServer();
  const { caller } = await run.newTenant('Ada');
  const spec = { hostnames: ['ada.test'], title: 'Ada' };
  const created = await caller('POST', '/v1/apps', { type: 'site', name: 'blog', spec });
  expect(created).toMatchObject({
    status: 201,
    body: {
      name: 'blog',
      spec: { ...spec, version: '1' },
      generation: 1,
      observedGeneration: 0,
      lifecycle: 'present',
      conditions: [
        { type: 'Ready', status: 'Unknown', reason: 'Waiting' },
        { type: 'NodeReachable', status: 'True' },
      ],
      operation: { kind: 'create', state: 'pending', inverse: { kind: 'remove' } },
    },
  });
  const url = `/v1/apps/${created.body.id}`;

  const [work] = await run.node.work();
  expect(await ready(caller, url)).toMatchObject({ status: 'Unknown', reason: 'Applying' });
  expect(work).toMatchObject({ kind: 'apply', document: { title: 'blog', generation: 1, user: created.body.id } });

  await run.node.settle();
  expect((await caller('GET', url)).body).toMatchObject({
    observedGeneration: 1,
    links: [{ title: 'ada.test', url: 'http://ada.test:8080/' }],
    conditions: [
      { type: 'Ready', status: 'True', reason: 'Applied' },
      { type: 'Drifted', status: 'False' },
      { type: 'NodeReachable', status: 'True' },
    ],
  });
  const operation = await caller('GET', `/v1/operations/${created.body.operation.id}`);
  expect(operation.body).toMatchObject({ state: 'succeeded', outcome: { kind: 'inSync' }, steps: [{ state: 'done' }] });
});

test('a change is merged into the spec and grows the generation; asking for what is there does not', async () => {
  const run = await startReadyServer();
  const { caller, url } = await newSite(run, { title: 'One', settings: { a: '1', b: '2' } });
  const changed = await caller('PATCH', url, { spec: { title: 'Two', settings: { a: null } } });
  expect(changed.body).toMatchObject({ generation: 2, spec: { title: 'Two', settings: { b: '2' } } });
  expect(changed.body.operation).toMatchObject({ kind: 'change', inverse: { kind: 'change' } });
  expect((await caller('PATCH', url, { spec: { title: 'Two' } })).body.generation).toBe(2);
  expect((await caller('PATCH', url, { name: 'shop' })).body).toMatchObject({ name: 'shop', generation: 2 });
  await run.node.settle();
  expect((await caller('GET', url)).body).toMatchObject({ observedGeneration: 2 });
});

test('a change that is about an older generation is a conflict', async () => {
  const run = await startReadyServer();
  const { caller, url } = await newSite(run);
  await caller('PATCH', url, { spec: { title: 'Two' }, generation: 1 });
  const late = await caller('PATCH', url, { spec: { title: 'Three' }, generation: 1 });
  expect(late).toMatchObject({ status: 409, body: { code: 'app-changed-meanwhile' } });
});

test('of two people who change different fields at once, both get what they want', async () => {
  const run = await startReadyServer();
  const { caller, url } = await newSite(run);
  const answers = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) => caller('PATCH', url, { spec: { settings: { [name]: name } } })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const { spec, generation } = (await caller('GET', url)).body;
  expect(spec.settings).toEqual({ a: 'a', b: 'b', c: 'c', d: 'd' });
  expect(generation).toBe(5);
});

test('a suspended app stays ready, says why, and its node is told', async () => {
  const run = await startReadyServer();
  const { caller, url } = await newSite(run);
  const { body } = await run.admin('POST', `${url}/suspend`, { reason: 'billing', note: 'Unpaid.' });
  expect(body).toMatchObject({ suspended: [{ reason: 'billing', note: 'Unpaid.' }], operation: { kind: 'suspend' } });
  const [work] = await run.node.settle();
  expect(JSON.stringify(work)).toContain('\\"suspended\\":true');
  expect(await ready(caller, url)).toMatchObject({ status: 'True', reason: 'Suspended' });

  expect(await caller('POST', `${url}/resume`, {})).toMatchObject({
    status: 403,
    body: { code: 'suspension-not-yours' },
  });
  expect((await run.admin('POST', `${url}/resume`, {})).body.suspended).toEqual([]);
  await run.node.settle();
  expect(await ready(caller, url)).toMatchObject({ status: 'True', reason: 'Applied' });
});

test('a customer can suspend and resume an app of his own, and not say that it was for billing', async () => {
  const run = await startReadyServer();
  const { caller, url } = await newSite(run);
  expect((await caller('POST', `${url}/suspend`, { reason: 'abuse' })).body.code).toBe('permission-denied');
  await caller('POST', `${url}/suspend`, { reason: 'operator' });
  await run.admin('POST', `${url}/suspend`, { reason: 'abuse' });
  const resumed = await caller('POST', `${url}/resume`, {});
  expect(resumed.body.suspended).toMatchObject([{ reason: 'abuse' }]);
  expect((await caller('POST', `${url}/resume`, { reason: 'operator' })).body.code).toBe('app-not-suspended');
});

test('files are deployed as releases, kept for a rollback, and forgotten when there are too many', async () => {
  const run = await startReadyServer();
  const { caller, url } = await newSite(run);
  const headers = { 'content-type': 'application/gzip' };
  for (const number of [1, 2, 3, 4]) {
    const archive = await packFixture([{ name: 'index.html', content: `release ${number}` }], { gzip: true });
    const deployed = await caller('PUT', `${url}/files`, archive, headers);
    expect(deployed).toMatchObject({
      status: 201,
      body: { release: { number, current: true, entries: 1 }, operation: { kind: 'deploy' } },
    });
  }
  const kept = await caller('GET', `${url}/releases`);
  expect(kept.body.items.map(({ number, current }: never) => [number, current])).toEqual([
    [4, true],
    [3, false],
    [2, false],
  ]);
  const [work] = await run.node.settle();
  expect(JSON.stringify(work)).toContain('releases/4');

  const back = await caller('POST', `${url}/actions/rollback`, {});
  expect(back).toMatchObject({ status: 202, body: { operation: { kind: 'rollback', request: { release: 3 } } } });
  expect((await caller('GET', url)).body.release).toBe(3);
  expect((await caller('POST', `${url}/actions/rollback`, { release: 1 })).body.code).toBe('release-not-found');
  expect((await caller('POST', `${url}/actions/rollback`, { release: 4 })).status).toBe(202);
});

test('a removed app gives its names free, and comes back with all it had', async () => {
  const run = await startReadyServer();
  const { caller, url, tenant } = await newSite(run, { hostnames: ['ada.test'] });
  const removed = await caller('DELETE', url);
  expect(removed.body).toMatchObject({ lifecycle: 'removed', operation: { kind: 'remove' } });
  expect(Date.parse(removed.body.purgeAfter) - Date.parse(removed.body.removedAt)).toBe(30 * 86_400_000);
  expect(await run.node.settle()).toMatchObject([{ kind: 'remove', purge: false, title: 'blog' }]);

  const other = await caller('POST', '/v1/apps', { type: 'site', name: 'blog', spec: { hostnames: ['ada.test'] } });
  expect(other.status).toBe(201);
  expect((await caller('POST', `${url}/restore`, {})).body.code).toBe('app-name-taken');
  await caller('PATCH', `/v1/apps/${other.body.id}`, { name: 'new' });
  expect((await caller('POST', `${url}/restore`, {})).body.code).toBe('domain-taken');
  await caller('DELETE', `/v1/apps/${other.body.id}`);

  expect((await caller('POST', `${url}/restore`, {})).body).toMatchObject({
    tenant,
    lifecycle: 'present',
    removedAt: null,
    operation: { kind: 'restore' },
  });
  await run.node.settle();
  expect(await ready(caller, url)).toMatchObject({ status: 'True', reason: 'Applied' });
});

test('what is destroyed is gone, its secrets too', async () => {
  const run = await startReadyServer();
  const { caller, url, id } = await newSite(run);
  expect((await caller('DELETE', `${url}?purge=true`)).body.code).toBe('app-not-removed');
  await caller('DELETE', url);
  const purged = await caller('DELETE', `${url}?purge=true`);
  expect(purged.body).toMatchObject({ lifecycle: 'purging', operation: { kind: 'purge', inverse: null } });
  expect(await run.node.settle()).toMatchObject([{ kind: 'remove', purge: true }]);
  expect(await caller('GET', url)).toMatchObject({ status: 404, body: { code: 'app-not-found' } });
  const left = await run.store.pool.query('select 1 from kernel.secret where owner = $1', [`app:${id}`]);
  expect(left.rowCount).toBe(0);
  expect((await run.admin('GET', `/v1/operations/${purged.body.operation.id}`)).body.state).toBe('succeeded');
});

test('notices of plugins stand with the app', async () => {
  const run = await startReadyServer();
  const { caller } = await run.newTenant('Ada');
  const { body } = await caller('POST', '/v1/apps', { type: 'note', name: 'noticed', spec: {} });
  expect((await caller('GET', `/v1/apps/${body.id}`)).body.notices).toEqual([
    { plugin: 'site', severity: 'warning', message: 'Look here.' },
  ]);
});
