import type { Report, StateDocument, Work } from '@freehold/sdk/protocol';
import { workKey } from '@freehold/sdk/protocol';
import { describe, expect, test } from 'vitest';
import { step, TestNode } from '../testing/test-node.ts';
import { type Caller, startReadyServer, startTestServer, type TestServer } from '../testing/test-server.ts';

const condition = async (caller: Caller, url: string, type = 'Ready') =>
  (await caller('GET', url)).body.conditions.find((one: { type: string }) => one.type === type);
const make = async ({ admin }: TestServer, name: string, spec: object = {}) => {
  const { body, status } = await admin('POST', '/v1/apps', { type: 'site', name, spec });
  expect(status).toBe(201);
  return { id: body.id as string, url: `/v1/apps/${body.id}`, operation: body.operation.id as string };
};
const documentOf = (work: Work | undefined) => (work as { document: StateDocument }).document;

describe('work', () => {
  test('is all that must exist, with the values of the secrets beside it', async () => {
    const run = await startReadyServer();
    const { id } = await make(run, 'blog', { hostnames: ['a.test'] });
    const document = documentOf((await run.node.work())[0]);
    expect(document).toMatchObject({ owner: `app:${id}`, title: 'blog', user: id, revision: 1, generation: 1 });
    expect(document.resources.map(({ resource, plugin }) => `${plugin} ${resource.type}:${resource.id}`)).toEqual([
      `site user:${id}`,
      `site directory:/srv/sites/${id}`,
      'site dataset:files',
      `site directory:/srv/sites/${id}/files/releases`,
      `site link:/srv/sites/${id}/files/current`,
      `pool file:/srv/config/pool/${id}-main.conf`,
      `site file:/srv/sites/${id}/site.json`,
      `site directory:/srv/sites/${id}/logs`,
      'site log:access',
    ]);
    const [[placeholder, value] = []] = Object.entries(document.secrets);
    expect(value).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(JSON.stringify(document.resources)).toContain(placeholder);
    expect(JSON.stringify(document.resources)).not.toContain(value);
    expect(JSON.stringify(document.resources)).toContain(`/srv/run/pool/${id}.sock`);
  });

  test('is the same however often it is asked for, and not sent while it is in hand', async () => {
    const run = await startReadyServer();
    await make(run, 'blog');
    const first = await run.node.work();
    expect(await run.node.work()).toEqual(first);
    expect(await run.node.work(first.map(workKey))).toEqual([]);
  });

  test('tells people another address when the node has another port', async () => {
    const run = await startReadyServer();
    const { url } = await make(run, 'blog', { hostnames: ['a.test'] });
    await run.node.settle();
    const { facts } = (await run.admin('GET', `/v1/nodes/${run.node.id}`)).body;
    await run.node.exchange({ facts: { ...facts, ports: { http: 80, https: 443 } } });
    await run.node.settle();
    expect((await run.admin('GET', url)).body.links).toEqual([{ title: 'a.test', url: 'http://a.test:80/' }]);
  });

  test('comes as the newest state once, however many changes there were', async () => {
    const run = await startReadyServer();
    const { url } = await make(run, 'blog');
    for (const title of ['One', 'Two', 'Three']) await run.admin('PATCH', url, { spec: { title } });
    const work = await run.node.work();
    expect(work).toHaveLength(1);
    expect(documentOf(work[0])).toMatchObject({ revision: 4, generation: 4 });
    await run.node.settle();
    const { body } = await run.admin('GET', `${url}/operations`);
    expect(body.items.map(({ kind, state }: { kind: string; state: string }) => `${kind} ${state}`)).toEqual([
      'change succeeded',
      'change superseded',
      'change superseded',
      'create superseded',
    ]);
  });

  test('is computed from nothing older than what asks for it', async () => {
    const run = await startReadyServer();
    const { pool } = run.store;
    const change = await pool.connect();
    try {
      await change.query('begin; lock table kernel.reconciliation in access exclusive mode');
      const work = run.node.work();
      const waiting = 'select from pg_locks where not granted and relation = $1::regclass';
      await expect.poll(async () => (await pool.query(waiting, ['kernel.reconciliation'])).rowCount).toBe(1);
      await change.query(`update kernel.node_plugin set config = '{"workers": 64}' where plugin = 'pool'`);
      await change.query(`update kernel.reconciliation set revision = revision + 1 where plugin = 'pool'; commit`);
      expect(JSON.stringify(documentOf((await work)[0]))).toContain('workers = 64');
    } finally {
      change.release();
    }
  });

  test('wakes a node that waits for it within a moment', async () => {
    const run = await startReadyServer();
    const answer = run.node.exchange({ wait: 30 });
    await make(run, 'blog');
    expect((await answer).work).toMatchObject([{ kind: 'apply' }]);
  });

  test('ends the wait, too, when the hoster wants the node to be kept in another way', async () => {
    const run = await startReadyServer();
    let heard: number | undefined;
    void run.node.exchange({ wait: 30 }).then(({ settings }) => {
      heard = settings.checkInterval;
    });
    let checkInterval = 5;
    const change = () => run.admin('PATCH', `/v1/nodes/${run.node.id}`, { checkInterval: checkInterval++ });
    await expect.poll(async () => (await change()).status === 200 && heard).toBeGreaterThan(4);
  });

  test('is answered with nothing when the wait is over, when the caller leaves and when the server stops', async () => {
    const run = await startReadyServer();
    const waiting = run.node.exchange({ wait: 20 });
    await new Promise((resolve) => setImmediate(resolve));
    const over = run.node.exchange({ wait: 0 });
    expect((await over).work).toEqual([]);
    const gone = new AbortController();
    const left = run.node.exchange({ wait: 20 }, gone.signal);
    gone.abort();
    expect((await left).work).toEqual([]);
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve, 2));
    run.clock.advance(20_001);
    expect((await waiting).work).toEqual([]);
    const last = run.node.exchange({ wait: 20 });
    await run.server.stop();
    expect((await last).work).toEqual([]);
  });

  test('is at most fifty documents at a time', async () => {
    const run = await startReadyServer();
    const names = Array.from({ length: 60 }, (_, index) => `s${index}`);
    await Promise.all(names.map((name) => run.admin('POST', '/v1/apps', { type: 'note', name, spec: {} })));
    expect(await run.node.work()).toHaveLength(50);
    expect(await run.node.settle()).toHaveLength(60);
    expect(await run.node.work()).toEqual([]);
  }, 60_000);
});

describe('roles', () => {
  test('come before apps, which wait until they have been set up', async () => {
    const run = await startTestServer();
    for (const plugin of ['pool', 'site']) await run.admin('PUT', `/v1/nodes/local/plugins/${plugin}`, {});
    const { url } = await make(run, 'blog');
    const first = await run.node.work();
    expect(first.map((work) => documentOf(work).owner)).toEqual(['role:pool', 'role:site']);
    expect(await condition(run.admin, url)).toMatchObject({
      status: 'False',
      reason: 'WaitingForNode',
      message: expect.stringContaining('pool'),
    });
    run.node.observe('role:pool', { 'command:versions': ['1'] });
    const done = await run.node.settle();
    expect(done.map((work) => documentOf(work).owner.split(':')[0])).toEqual(
      ['role', 'role', 'role', 'app'].slice(0, done.length),
    );
    expect(await condition(run.admin, url)).toMatchObject({ status: 'True' });
  });

  test('make the apps that build on them be computed again when what they observe changes', async () => {
    const run = await startReadyServer();
    const { url } = await make(run, 'blog');
    await run.node.settle();
    run.node.observe('role:pool', { 'command:versions': ['2'] });
    await run.admin('PUT', '/v1/nodes/local/plugins/pool', { config: { workers: 8 } });
    await run.node.settle();
    expect(await condition(run.admin, url)).toMatchObject({
      status: 'False',
      reason: 'SpecRefused',
      message: 'Version 1 is not installed. Choose one of 2.',
    });
  });

  test('hold apps back while they have something to do, and who is ready stays it', async () => {
    const run = await startReadyServer();
    const { url } = await make(run, 'blog');
    await run.node.settle();
    await run.admin('PUT', '/v1/nodes/local/plugins/pool', { config: { workers: 8 } });
    await run.admin('PATCH', url, { spec: { title: 'New' } });
    const [role, ...rest] = await run.node.work();
    expect([documentOf(role as Work).owner, rest]).toEqual(['role:pool', []]);
    expect(await condition(run.admin, url)).not.toMatchObject({ status: 'False' });
    expect((await run.node.settle()).map((work) => documentOf(work).owner.split(':')[0])).toEqual(['role', 'app']);
    expect(await condition(run.admin, url)).toMatchObject({ status: 'True' });
  });

  test('are configured per node, and a configuration that does not fit is refused', async () => {
    const run = await startReadyServer();
    const url = '/v1/nodes/local/plugins/pool';
    const refused = await run.admin('PUT', url, { config: { workers: 0, other: 1 } });
    expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/config/other',
      '/config/workers',
    ]);
    const changed = await run.admin('PUT', url, { config: { workers: 9 } });
    expect(changed.body).toMatchObject({ config: { workers: 9 }, operation: { kind: 'role', state: 'pending' } });
    expect(JSON.stringify(await run.node.work())).toContain('workers = 9');
    await run.node.settle();
    const again = await run.admin('PUT', url, { config: { workers: 9 } });
    expect(again.body.operation).toMatchObject({ id: changed.body.operation.id, state: 'succeeded' });
    expect(await run.node.work()).toEqual([]);
  });

  test('are removed when their plugin is disabled, which nothing may need any more', async () => {
    const run = await startReadyServer();
    const { url } = await make(run, 'blog');
    const disable = (plugin: string) => run.admin('DELETE', `/v1/nodes/local/plugins/${plugin}`);
    expect(await disable('pool')).toMatchObject({
      status: 409,
      body: { code: 'plugin-in-use', detail: expect.stringContaining('app blog') },
    });
    await run.node.settle();
    await run.admin('DELETE', url);
    await run.node.settle();
    const { body } = await disable('pool');
    expect(await run.node.settle()).toMatchObject([
      { kind: 'remove', owner: 'role:pool', purge: false, title: 'Pools' },
    ]);
    expect((await run.admin('GET', `/v1/operations/${body.operation.id}`)).body.state).toBe('succeeded');
    expect((await run.admin('GET', '/v1/nodes/local')).body.plugins).toEqual(['site']);
    expect((await disable('pool')).body.code).toBe('plugin-not-enabled');
  });
});

describe('what cannot be computed', () => {
  test.each([
    ['capability', 'CapabilityMissing', '/etc/passwd'],
    ['invalid', 'InvalidResource', 'relative'],
    ['output', 'OutputUnknown', 'test.pool:other'],
    ['hidden', 'ResourceTypeUnknown', 'test.unknown'],
  ])('because of %s becomes a condition and ends the operation', async (fault, reason, message) => {
    const run = await startReadyServer();
    const { url, operation } = await make(run, 'bad', { fault });
    const { url: good } = await make(run, 'good');
    await run.node.settle();
    expect(await condition(run.admin, url)).toMatchObject({
      status: 'False',
      reason,
      message: expect.stringContaining(message),
    });
    expect((await run.admin('GET', `/v1/operations/${operation}`)).body).toMatchObject({
      state: 'failed',
      outcome: { kind: 'failed', reason },
    });
    expect(await condition(run.admin, good)).toMatchObject({ status: 'True' });
    expect(await run.node.work()).toEqual([]);
    await run.admin('PATCH', url, { spec: { fault: null } });
    await run.node.settle();
    expect(await condition(run.admin, url)).toMatchObject({ status: 'True' });
  });
});

describe('reports', () => {
  test('that failed say why, with all steps, and can be retried', async () => {
    const run = await startReadyServer();
    const { url, operation } = await make(run, 'blog');
    const [work] = await run.node.work();
    const steps = [
      step('create', 'file:/a', { diff: '+x' }),
      step('reload', 'service:web', { state: 'failed', output: 'unknown directive "x"' }),
    ];
    const outcome = { kind: 'failed', reason: 'ConfigurationRefused', message: 'unknown directive "x"' } as const;
    await run.node.exchange({ reports: [run.node.report(work as Work, { outcome, steps }) as Report] });
    expect(await condition(run.admin, url)).toMatchObject({
      status: 'False',
      reason: 'ConfigurationRefused',
      message: 'unknown directive "x"',
    });
    expect((await run.admin('GET', `/v1/operations/${operation}`)).body).toMatchObject({ state: 'failed', steps });
    const { body: log } = await run.admin('GET', `/v1/operations/${operation}/log`);
    expect(log.items.map(({ level, message }: { level: string; message: string }) => `${level}: ${message}`)).toEqual([
      'info: The node has got the work.',
      'info: create file:/a: made (1 ms)',
      'error: reload failed service:web: made (1 ms)',
      'output: unknown directive "x"',
      'error: ConfigurationRefused: unknown directive "x"',
    ]);
    expect(await run.node.work()).toEqual([]);
    const retried = await run.admin('POST', `/v1/operations/${operation}/retry`, {});
    expect(retried).toMatchObject({ status: 202, body: { operation: { kind: 'create', state: 'pending' } } });
    await run.node.settle();
    expect(await condition(run.admin, url)).toMatchObject({ status: 'True' });
  });

  test('that want to be tried again are, when it is time, and the operation stays open', async () => {
    const run = await startReadyServer();
    const { url, operation } = await make(run, 'blog');
    const outcome = { kind: 'retry', after: 10, reason: 'PackageLocked', message: 'apt runs' } as const;
    const [work] = await run.node.work();
    await run.node.exchange({ reports: [run.node.report(work as Work, { outcome }) as Report] });
    expect(await condition(run.admin, url)).toMatchObject({ status: 'Unknown', reason: 'Retrying' });
    expect((await run.admin('GET', `/v1/operations/${operation}`)).body).toMatchObject({ state: 'running', outcome });
    expect(await run.node.work()).toEqual([]);
    run.clock.advance(13_000);
    await run.node.settle();
    expect((await run.admin('GET', `/v1/operations/${operation}`)).body).toMatchObject({ state: 'succeeded' });
  });

  test('wake a waiting node when a retry is due', async () => {
    const run = await startReadyServer();
    await make(run, 'blog');
    const outcome = { kind: 'retry', after: 10, reason: 'X', message: 'x' } as const;
    const [work] = await run.node.work();
    await run.node.exchange({ reports: [run.node.report(work as Work, { outcome }) as Report] });
    const waiting = run.node.exchange({ wait: 60 });
    const advance = setInterval(() => run.clock.advance(1_000), 5);
    expect((await waiting).work).toMatchObject([{ kind: 'apply' }]);
    clearInterval(advance);
  });

  test('that come twice change nothing, and of things that do not exist nothing either', async () => {
    const run = await startReadyServer();
    const { url, operation } = await make(run, 'blog');
    const [work] = await run.node.work();
    const report = run.node.report(work as Work) as Report;
    await run.node.exchange({ reports: [report, report] });
    const before = [
      (await run.admin('GET', url)).body,
      (await run.admin('GET', `/v1/operations/${operation}/log`)).body,
    ];
    const times = { startedAt: run.node.now(), finishedAt: run.node.now() };
    await run.node.exchange({
      reports: [
        report,
        {
          kind: 'applied',
          owner: 'app:app_x',
          revision: 1,
          generation: 1,
          outcome: { kind: 'inSync' },
          steps: [],
          observed: {},
          ...times,
        },
        { kind: 'acted', operation: 'opr_x', outcome: { kind: 'inSync' }, steps: [], output: {}, ...times },
        { kind: 'planned', request: 'req_x', changes: [], problems: [] },
        { kind: 'log', request: 'req_x', sequence: 0, lines: [], end: true },
        { kind: 'progress', owner: 'app:app_x', done: 1, total: 2, message: 'x' },
      ],
    });
    expect([
      (await run.admin('GET', url)).body,
      (await run.admin('GET', `/v1/operations/${operation}/log`)).body,
    ]).toEqual(before);
  });

  test('that make no sense are put aside, and the others count', async () => {
    const run = await startReadyServer();
    const { url } = await make(run, 'blog');
    const [work] = await run.node.work();
    const good = run.node.report(work as Work) as Report;
    const bad = [
      null,
      7,
      {},
      { kind: 'unknown' },
      { ...good, outcome: {} },
      { ...good, revision: -1 },
      { kind: '__proto__' },
    ] as never[];
    await run.node.exchange({ reports: [...bad, good] });
    expect(await condition(run.admin, url)).toMatchObject({ status: 'True' });
    expect(run.logged.filter(({ message }) => message === 'report cannot be used')).toHaveLength(7);
  });

  test('with characters that cannot be stored are stored without them', async () => {
    const run = await startReadyServer();
    const { operation } = await make(run, 'blog');
    const [work] = await run.node.work();
    const outcome = { kind: 'failed', reason: 'X', message: 'a\0b\ud800c' } as const;
    await run.node.exchange({
      reports: [
        run.node.report(work as Work, { outcome, steps: [step('run', 'command:\0', { output: '\0\n\0' })] }) as Report,
      ],
    });
    expect((await run.admin('GET', `/v1/operations/${operation}`)).body.outcome.message).toBe('a\ufffdb\ufffdc');
  });

  test('of another node about an app are of no interest', async () => {
    const run = await startReadyServer();
    const { url } = await make(run, 'blog');
    const [work] = await run.node.work();
    const { body } = await run.admin('POST', '/v1/nodes', { name: 'other' });
    const other = await TestNode.enrol(run.server, body.enrolmentToken);
    await other.exchange({ reports: [run.node.report(work as Work) as Report] });
    expect(await condition(run.admin, url)).toMatchObject({ status: 'Unknown' });
    expect(await other.work()).toEqual([]);
  });

  test('of drift are a condition, with the diff beside it', async () => {
    const run = await startReadyServer();
    const { id, url } = await make(run, 'blog');
    await run.node.settle();
    const drift = [{ resource: 'file:/a', summary: 'content differs', diff: '-a\n+b', action: 'kept' as const }];
    await run.node.exchange({
      reports: [{ kind: 'checked', owner: `app:${id}`, revision: 1, drift, observed: {}, at: run.node.now() }],
    });
    expect(await condition(run.admin, url, 'Drifted')).toMatchObject({
      status: 'True',
      message: 'Changed by hand: file:/a (content differs)',
    });
    expect((await run.admin('GET', url)).body.drift).toEqual(drift);
  });

  test('of drift that was put back are told, although nothing is to be done', async () => {
    const run = await startReadyServer();
    const { id, url } = await make(run, 'blog');
    await run.node.settle();
    for (const resource of ['file:/a', 'file:/b']) {
      const drift = [{ resource, summary: 'content differs', action: 'repaired' as const }];
      await run.node.exchange({
        reports: [{ kind: 'checked', owner: `app:${id}`, revision: 1, drift, observed: {}, at: run.node.now() }],
      });
    }
    expect(await condition(run.admin, url, 'Drifted')).toMatchObject({ status: 'False', reason: 'Repaired' });
    const { body } = await run.admin('GET', `/v1/events?app=${id}`, undefined, { accept: 'application/json' });
    const told = body.items.map(({ data }: { data: { condition?: { message: string } } }) => data.condition?.message);
    expect(told.slice(-2)).toEqual([expect.stringContaining('file:/a'), expect.stringContaining('file:/b')]);
  });

  test('of progress are told and kept with the operation', async () => {
    const run = await startReadyServer();
    const { id, operation } = await make(run, 'blog');
    await run.node.work();
    await run.node.exchange({
      reports: [
        { kind: 'progress', owner: `app:${id}`, revision: 1, done: 2, total: 5, message: 'installing packages' },
      ],
    });
    expect((await run.admin('GET', `/v1/operations/${operation}`)).body.progress).toEqual({
      done: 2,
      total: 5,
      message: 'installing packages',
    });
  });
});

describe('a node', () => {
  test('is asked to do everything again when its facts change, and not when only its free space does', async () => {
    const run = await startReadyServer();
    await make(run, 'blog');
    await run.node.settle();
    const facts = (await run.admin('GET', '/v1/nodes/local')).body.facts;
    await run.node.exchange({ facts: { ...facts, diskFreeBytes: 1, addresses: [] } });
    expect(await run.node.work()).toEqual([]);
    await run.node.exchange({ facts: { ...facts, ports: { http: 80, https: 443 } } });
    expect(await run.node.settle()).toHaveLength(3);
  });

  test('that enrols anew gets everything again, and its old key is worth nothing', async () => {
    const run = await startReadyServer();
    await make(run, 'blog');
    await run.node.settle();
    const { body } = await run.admin('POST', '/v1/nodes/local/enrolment', {});
    const again = await TestNode.enrol(run.server, body.enrolmentToken);
    expect(again.id).toBe(run.node.id);
    expect(await again.settle()).toHaveLength(3);
    await expect(run.server.enrolment.authenticate(run.node.key)).rejects.toMatchObject({ code: 'unknown-node-key' });
    await expect(TestNode.enrol(run.server, body.enrolmentToken)).rejects.toMatchObject({ code: 'enrolment-refused' });
  });

  test('can enrol again with the same token as long as it has not used its key: the answer may have been lost', async () => {
    const run = await startTestServer();
    const { body } = await run.admin('POST', '/v1/nodes', { name: 'other' });
    const request = { token: body.enrolmentToken, hostname: 'x' };
    await run.server.enrolment.enrol(request);
    const { key } = await run.server.enrolment.enrol(request);
    await run.server.enrolment.authenticate(key);
    await expect(run.server.enrolment.enrol(request)).rejects.toMatchObject({ code: 'enrolment-refused' });
  });

  test('cannot enrol with a token that is too old', async () => {
    const run = await startTestServer();
    const { body } = await run.admin('POST', '/v1/nodes', { name: 'other' });
    run.clock.advance(25 * 3_600_000);
    await expect(run.server.enrolment.enrol({ token: body.enrolmentToken, hostname: 'x' })).rejects.toMatchObject({
      code: 'enrolment-refused',
    });
  });

  test('is reachable while it is heard of', async () => {
    const run = await startReadyServer();
    const { url } = await make(run, 'blog');
    expect((await run.admin('GET', '/v1/nodes/local')).body.reachable).toBe(true);
    run.clock.advance(80_000);
    expect((await run.admin('GET', '/v1/nodes/local')).body.reachable).toBe(false);
    expect(await condition(run.admin, url, 'NodeReachable')).toMatchObject({ status: 'False', reason: 'Silent' });
    await run.node.exchange();
    expect(await condition(run.admin, url, 'NodeReachable')).toMatchObject({ status: 'True' });
  });

  test('is told its settings and what was granted', async () => {
    const run = await startReadyServer();
    await run.admin('PATCH', '/v1/nodes/local', { drift: 'keep', checkInterval: 60 });
    await run.admin('PATCH', '/v1/settings', { retention: 3600 });
    const { settings } = await run.node.exchange();
    expect(settings).toMatchObject({ drift: 'keep', checkInterval: 60, retention: 3600 });
    expect(settings.grants.map(({ plugin, version }) => `${plugin} ${version}`).sort()).toEqual([
      'pool 1.0.0',
      'site 1.0.0',
    ]);
  });

  test('that speaks another protocol, or nonsense, is refused', async () => {
    const run = await startTestServer();
    await expect(run.node.exchange({ protocol: 2 as never })).rejects.toMatchObject({ code: 'unsupported-protocol' });
    await expect(run.node.exchange({ reports: 7 as never })).rejects.toMatchObject({ code: 'malformed-request' });
    await expect(run.node.exchange({ inHand: [7] as never })).rejects.toMatchObject({ code: 'malformed-request' });
    await expect(run.node.exchange({ facts: { user: 'a b' } as never })).rejects.toMatchObject({
      code: 'malformed-request',
    });
  });
});

test('several exchanges of one node at once all end, and all say the same', async () => {
  const run = await startReadyServer();
  const waiting = Array.from({ length: 5 }, () => run.node.exchange({ wait: 30 }));
  const { id } = await make(run, 'blog');
  for (const answer of await Promise.all(waiting)) expect(documentOf(answer.work[0]).owner).toBe(`app:${id}`);
});
