import type { Work } from '@freehold/sdk/protocol';
import { describe, expect, test } from 'vitest';
import { change } from '../testing/test-node.ts';
import { startReadyServer, startTestServer, type TestServer } from '../testing/test-server.ts';

const make = async ({ admin, node }: TestServer, spec: object = {}) => {
  const { body } = await admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec });
  await node.settle();
  return { id: body.id as string, url: `/v1/apps/${body.id}` };
};
const until = async <T>(find: () => Promise<T | undefined>): Promise<T> => {
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};
/** The next piece of work of a kind, when the server has it. */
const next = <Kind extends Work['kind']>({ node }: TestServer, kind: Kind) =>
  until(async () => (await node.work()).find((work): work is Extract<Work, { kind: Kind }> => work.kind === kind));

describe('a plan', () => {
  test('is what the node says, of the spec as it would be', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    const planned = run.admin('POST', `${url}/plan`, { spec: { title: 'Two' } });
    const work = await next(run, 'plan');
    expect(JSON.stringify(work.document.resources)).toContain('Two');
    const changes = [change('update', 'file:/x', 'content')];
    await run.node.exchange({ reports: [{ kind: 'planned', request: work.request, changes, problems: ['careful'] }] });
    expect((await planned).body).toEqual({ changes, problems: ['careful'] });
    expect((await run.admin('GET', url)).body.spec.title).toBe('Untitled');
    expect(await run.node.work()).toEqual([]);
  });

  test('of a spec that would be refused is refused in the same way', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    expect((await run.admin('POST', `${url}/plan`, { spec: { title: 'forbidden' } })).body.errors[0].pointer).toBe(
      '/spec/title',
    );
  });

  test('that cannot be computed says why, without asking the node', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    const planned = run.admin('POST', `${url}/plan`, { spec: { fault: 'capability' } });
    let answered = false;
    void planned.then(() => {
      answered = true;
    });
    await until(async () => {
      await run.node.work();
      return answered || undefined;
    });
    expect((await planned).body).toMatchObject({ changes: [], problems: [expect.stringContaining('/etc/passwd')] });
  });

  test('of a plugin that is not enabled yet comes with what it would be granted', async () => {
    const run = await startTestServer();
    const planned = run.admin('POST', '/v1/nodes/local/plugins/pool/plan', { config: { workers: 7 } });
    const work = await next(run, 'plan');
    expect(work.document).toMatchObject({ owner: 'role:pool', title: 'Pools' });
    expect(JSON.stringify(work.document.resources)).toContain('workers = 7');
    const { settings } = await run.node.exchange();
    expect(settings.grants).toMatchObject([{ plugin: 'pool' }]);
    await run.node.exchange({ reports: [{ kind: 'planned', request: work.request, changes: [], problems: [] }] });
    expect((await planned).body).toEqual({ changes: [], problems: [] });
    expect((await run.node.exchange()).settings.grants).toEqual([]);
  });

  test('that nobody answers ends after half a minute, and the node hears that nobody waits', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    const planned = run.admin('POST', `${url}/plan`, {});
    const work = await next(run, 'plan');
    run.clock.advance(30_001);
    expect(await planned).toMatchObject({ status: 504, body: { code: 'node-unreachable', retryable: true } });
    const key = `plan:${work.request}`;
    expect((await run.node.exchange({ inHand: [key], wait: 1 })).cancelled).toEqual([key]);
  });
});

describe('a check', () => {
  test('is answered with what the node found', async () => {
    const run = await startReadyServer();
    const checked = run.admin('POST', '/v1/nodes/local/check', {});
    const { request } = await next(run, 'check');
    const sweep = { owners: 3, resources: 20, changes: 1, at: run.node.now(), milliseconds: 12 };
    await run.node.exchange({ reports: [{ kind: 'swept', request, ...sweep }] });
    expect((await checked).body).toEqual(sweep);
    expect((await run.admin('GET', '/v1/nodes/local')).body.lastSweep).toEqual(sweep);
  });
});

describe('an action', () => {
  test('is run by the node, with input and secrets, and its output is kept', async () => {
    const run = await startReadyServer();
    const { id, url } = await make(run);
    const started = await run.admin('POST', `${url}/actions/tidy`, { depth: 3 });
    expect(started).toMatchObject({
      status: 202,
      body: { operation: { kind: 'action', request: { action: 'tidy', input: { depth: 3 } } } },
    });
    const [work] = await run.node.settle();
    expect(work).toMatchObject({
      kind: 'action',
      owner: `app:${id}`,
      user: id,
      plugin: 'site',
      commands: [{ argv: ['tidy', `/srv/sites/${id}`, '3'] }],
    });
    const { body } = await run.admin('GET', `/v1/operations/${started.body.operation.id}`);
    expect(body).toMatchObject({ state: 'succeeded', output: { tidy: ['tidied'] } });
    expect(await run.node.work()).toEqual([]);
  });

  test('waits for what is to be applied first', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    await run.admin('PATCH', url, { spec: { title: 'New' } });
    await run.admin('POST', `${url}/actions/tidy`, {});
    expect((await run.node.work()).map(({ kind }) => kind)).toEqual(['apply']);
    expect((await run.node.settle()).map(({ kind }) => kind)).toEqual(['apply', 'action']);
  });

  test('with input that does not fit is refused', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    const answer = await run.admin('POST', `${url}/actions/tidy`, { depth: 99, more: 1 });
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(['/depth', '/more']);
  });

  test('that wants what its plugin may not fails, and the node never hears of it', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    const { body } = await run.admin('POST', `${url}/actions/steal`, {});
    expect(await run.node.work()).toEqual([]);
    expect((await run.admin('GET', `/v1/operations/${body.operation.id}`)).body).toMatchObject({
      state: 'failed',
      outcome: { reason: 'CapabilityMissing', message: expect.stringContaining('curl') },
    });
  });

  test('of an app that is removed meanwhile fails', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    const { body } = await run.admin('POST', `${url}/actions/tidy`, {});
    await run.admin('DELETE', url);
    await run.node.settle();
    expect((await run.admin('GET', `/v1/operations/${body.operation.id}`)).body).toMatchObject({
      state: 'failed',
      outcome: { reason: 'AppRemoved' },
    });
  });

  test('that failed can be started again', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    const { body } = await run.admin('POST', `${url}/actions/tidy`, { depth: 2 });
    const work = await next(run, 'action');
    const report = run.node.report(work, { outcome: { kind: 'retry', after: 1, reason: 'Busy', message: 'x' } });
    await run.node.exchange({ reports: [report as never] });
    expect((await run.admin('GET', `/v1/operations/${body.operation.id}`)).body.state).toBe('failed');
    const again = await run.admin('POST', `/v1/operations/${body.operation.id}/retry`, {});
    expect(again.body.operation.request).toEqual({ action: 'tidy', input: { depth: 2 } });
  });
});

describe('a log', () => {
  test('is one that the app declared', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    expect((await run.admin('GET', `${url}/logs`)).body.items).toEqual([{ id: 'access', title: 'Requests' }]);
    expect((await run.admin('GET', `${url}/logs/other`)).body.code).toBe('log-not-found');
  });

  test('is given with the lines that the node sends, in their order', async () => {
    const run = await startReadyServer();
    const { id, url } = await make(run);
    const read = run.admin('GET', `${url}/logs/access?lines=5`);
    const { request, ...work } = await next(run, 'log');
    expect(work).toMatchObject({ owner: `app:${id}`, log: 'access', lines: 5, follow: false });
    const chunk = (sequence: number, lines: string[], end = false) =>
      ({ kind: 'log', request, sequence, lines, end }) as const;
    await run.node.exchange({ reports: [chunk(1, ['b', 'c'], true), chunk(0, ['a']), chunk(0, ['a'])] });
    expect((await read).body).toEqual({ lines: ['a', 'b', 'c'] });
    expect(await run.node.work()).toEqual([]);
  });

  test('that cannot be read says why', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    const read = run.admin('GET', `${url}/logs/access`);
    const { request } = await next(run, 'log');
    await run.node.exchange({
      reports: [{ kind: 'log', request, sequence: 0, lines: [], end: true, problem: 'It is a link.' }],
    });
    expect((await read).body).toEqual({ lines: [], problem: 'It is a link.' });
  });

  test('that nobody sends ends after half a minute', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    const read = run.admin('GET', `${url}/logs/access`);
    await next(run, 'log');
    run.clock.advance(30_001);
    expect(await read).toMatchObject({ status: 504, body: { code: 'node-unreachable' } });
  });

  test('is followed as long as somebody reads, and given up when nobody does', async () => {
    const run = await startReadyServer();
    const { url } = await make(run);
    const reading = await run.open(`${url}/logs/access?follow=true`);
    const { request, follow } = await next(run, 'log');
    expect(follow).toBe(true);
    const chunk = (sequence: number, lines: string[]) =>
      ({ kind: 'log', request, sequence, lines, end: false }) as const;
    await run.node.exchange({ reports: [chunk(0, ['a'])] });
    expect(await reading.next()).toMatchObject({ event: 'lines', data: { lines: ['a'] } });
    await run.node.exchange({ reports: [chunk(1, ['b', 'c'])] });
    expect(await reading.next()).toMatchObject({ data: { lines: ['b', 'c'] } });
    const key = `log:${request}`;
    expect((await run.node.exchange({ inHand: [key], wait: 0 })).cancelled).toEqual([]);
    const told = run.node.exchange({ inHand: [key], wait: 30 });
    reading.close();
    expect((await told).cancelled).toEqual([key]);
  });
});
