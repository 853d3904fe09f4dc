import { describe, expect, test } from 'vitest';
import { packFixture } from '../apps/files/fixture-archive.ts';
import { startReadyServer, type TestServer } from '../testing/test-server.ts';

const make = async ({ admin, node }: TestServer, spec: object = {}) => {
  const { body } = await admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec });
  await node.settle();
  return { id: body.id as string, url: `/v1/apps/${body.id}`, operation: body.operation.id as string };
};
const undo = ({ admin }: TestServer, id: string) => admin('POST', `/v1/operations/${id}/undo`, {});

describe('undo', () => {
  test('of a change puts the whole spec and the name back', async () => {
    const run = await startReadyServer();
    const { url } = await make(run, { title: 'One', settings: { a: '1' } });
    const { body } = await run.admin('PATCH', url, { name: 'shop', spec: { title: 'Two', settings: { b: '2' } } });
    await run.node.settle();
    expect(await undo(run, body.operation.id)).toMatchObject({ status: 202, body: { operation: { kind: 'change' } } });
    expect((await run.admin('GET', url)).body).toMatchObject({
      name: 'blog',
      generation: 3,
      spec: { title: 'One', settings: { a: '1' } },
    });
  });

  test('goes back and forth: what undo did can be undone', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    const { body: first } = await run.admin('PATCH', url, { spec: { title: 'Two' } });
    await run.node.settle();
    const { body: second } = await undo(run, first.operation.id);
    await run.node.settle();
    await undo(run, second.operation.id);
    expect((await run.admin('GET', url)).body.spec.title).toBe('Two');
  });

  test.each([
    ['create', async (_: TestServer, { operation }: { operation: string }) => operation, { lifecycle: 'removed' }],
    [
      'suspend',
      async (run: TestServer, { url }: { url: string }) =>
        (await run.admin('POST', `${url}/suspend`, { reason: 'abuse' })).body.operation.id,
      { suspended: [] },
    ],
    [
      'remove',
      async (run: TestServer, { url }: { url: string }) => (await run.admin('DELETE', url)).body.operation.id,
      { lifecycle: 'present' },
    ],
  ] as const)('of %s', async (_, act, expected) => {
    const run = await startReadyServer();
    const app = await make(run);
    const operation = await act(run, app as never);
    await run.node.settle();
    expect((await undo(run, operation)).status).toBe(202);
    expect((await run.admin('GET', app.url)).body).toMatchObject(expected);
  });

  test('of a deployment serves the release before it', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    const deploy = async (content: string) =>
      (
        await run.admin('PUT', `${url}/files`, await packFixture([{ name: 'a', content }]), {
          'content-type': 'application/x-tar',
        })
      ).body.operation.id;
    const first = await deploy('1');
    await run.node.settle();
    const second = await deploy('2');
    await run.node.settle();
    await undo(run, second);
    expect((await run.admin('GET', url)).body.release).toBe(1);
    await run.node.settle();
    expect((await undo(run, first)).body.code).toBe('operation-not-undoable');
  });

  test('of what is under way, of what something followed and of what has no way back is refused', async () => {
    const run = await startReadyServer();
    const { url, operation } = await make(run);
    const { body: pending } = await run.admin('PATCH', url, { spec: { title: 'Two' } });
    expect((await undo(run, pending.operation.id)).body.detail).toContain('it is pending');
    expect((await undo(run, operation)).body.detail).toContain(`${pending.operation.id} (change) came after it`);
    await run.node.settle();
    await run.admin('DELETE', url);
    await run.node.settle();
    const { body: purged } = await run.admin('DELETE', `${url}?purge=true`);
    await run.node.settle();
    expect((await undo(run, purged.operation.id)).body.detail).toContain('there is no way back');
  });

  test('is offered only as long as it can be done', async () => {
    const run = await startReadyServer();
    const { url, operation } = await make(run);
    const isOffered = async (id: string) => (await run.admin('GET', `/v1/operations/${id}`)).body.undoable;
    expect(await isOffered(operation)).toBe(true);
    const { body: removed } = await run.admin('DELETE', url);
    expect([await isOffered(operation), await isOffered(removed.operation.id)]).toEqual([false, false]);
    await run.node.settle();
    expect(await isOffered(removed.operation.id)).toBe(true);
    const { body: purged } = await run.admin('DELETE', `${url}?purge=true`);
    await run.node.settle();
    expect([await isOffered(removed.operation.id), await isOffered(purged.operation.id)]).toEqual([false, false]);
  });
});

test('only what failed can be tried again, and only the last of it', async () => {
  const run = await startReadyServer();
  const { url, operation } = await make(run);
  const retry = (id: string) => run.admin('POST', `/v1/operations/${id}/retry`, {});
  expect((await retry(operation)).body.code).toBe('operation-not-retryable');
  run.node.outcomes.set('blog', { kind: 'failed', reason: 'X', message: 'x' });
  const { body: first } = await run.admin('PATCH', url, { spec: { title: 'Two' } });
  await run.node.settle();
  const { body: second } = await run.admin('PATCH', url, { spec: { title: 'Three' } });
  await run.node.settle();
  expect((await retry(first.operation.id)).body.detail).toContain('came after it');
  run.node.outcomes.delete('blog');
  const { body: third } = await retry(second.operation.id);
  await run.node.settle();
  expect((await run.admin('GET', `/v1/operations/${third.operation.id}`)).body).toMatchObject({
    kind: 'change',
    state: 'succeeded',
  });
});

test('a role that failed can be tried again', async () => {
  const run = await startReadyServer();
  run.node.outcomes.set('Pools', { kind: 'failed', reason: 'NeedsRoot', message: 'x' });
  const { body } = await run.admin('PUT', '/v1/nodes/local/plugins/pool', { config: { workers: 8 } });
  await run.node.settle();
  expect((await run.admin('GET', `/v1/operations/${body.operation.id}`)).body.state).toBe('failed');
  run.node.outcomes.delete('Pools');
  const again = await run.admin('POST', `/v1/operations/${body.operation.id}/retry`, {});
  await run.node.settle();
  expect((await run.admin('GET', `/v1/operations/${again.body.operation.id}`)).body).toMatchObject({
    kind: 'role',
    state: 'succeeded',
  });
});

test('lists can be narrowed to an app, a node and a state, and go page by page', async () => {
  const run = await startReadyServer();
  const { id, url } = await make(run);
  for (const title of ['a', 'b', 'c']) await run.admin('PATCH', url, { spec: { title } });
  const list = async (query: string) => (await run.admin('GET', `/v1/operations?${query}`)).body;
  expect((await list(`app=${id}`)).items).toHaveLength(4);
  expect((await list('state=pending')).items).toHaveLength(3);
  const ofNode = (await list(`node=${run.node.id}&limit=200`)).items.map(({ kind }: { kind: string }) => kind);
  expect(ofNode.filter((kind: string) => kind !== 'recompute')).toEqual([
    'change',
    'change',
    'change',
    'create',
    'role',
    'role',
  ]);
  const pages: string[] = [];
  for (let cursor = ''; ; ) {
    const page = await list(`app=${id}&limit=1${cursor}`);
    pages.push(...page.items.map((one: { id: string }) => one.id));
    if (!page.next) break;
    cursor = `&cursor=${page.next}`;
  }
  expect(pages).toEqual([...new Set(pages)]);
  expect(pages).toEqual([...pages].sort().reverse());
  expect(pages).toHaveLength(4);
});

test('the log can be followed until the operation has ended', async () => {
  const run = await startReadyServer();
  const { body: app } = await run.admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec: {} });
  const stream = await run.open(`/v1/operations/${app.operation.id}/log?follow=true`);
  const [work] = await run.node.work();
  expect(await stream.next()).toMatchObject({
    event: 'line',
    data: { level: 'info', message: 'The node has got the work.' },
  });
  await run.node.exchange({
    reports: [{ kind: 'progress', owner: `app:${app.id}`, revision: 1, done: 1, total: 2, message: 'writing' }],
  });
  expect(await stream.next()).toMatchObject({ data: { message: 'writing' } });
  await run.node.exchange({ reports: [run.node.report(work as never) as never] });
  expect(await stream.next()).toMatchObject({ data: { message: expect.stringContaining('create') } });
  expect(await stream.next()).toMatchObject({ data: { message: 'The node is as it should be.' } });
  expect(await stream.next()).toBeUndefined();
});
