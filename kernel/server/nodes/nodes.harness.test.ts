import { readFile } from 'node:fs/promises';
import { get, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { packFixture } from '../apps/files/fixture-archive.ts';
import { TestNode } from '../testing/test-node.ts';
import { startReadyServer, startTestServer, type TestServer } from '../testing/test-server.ts';

describe('nodes', () => {
  test('are made with a token for their agent, and named once', async () => {
    const run = await startTestServer();
    const made = await run.admin('POST', '/v1/nodes', { name: 'berlin-1' });
    expect(made).toMatchObject({
      status: 201,
      body: {
        name: 'berlin-1',
        facts: null,
        reachable: false,
        plugins: [],
        enrolmentToken: expect.stringMatching(/^fhe_/),
      },
    });
    expect((await run.admin('POST', '/v1/nodes', { name: 'berlin-1' })).body.code).toBe('node-name-taken');
    expect((await run.admin('GET', '/v1/nodes')).body.items.map(({ name }: { name: string }) => name)).toEqual([
      'berlin-1',
      'local',
    ]);
    expect((await run.admin('GET', '/v1/nodes/berlin-1')).body).toEqual(
      (await run.admin('GET', `/v1/nodes/${made.body.id}`)).body,
    );
    expect((await run.admin('GET', '/v1/nodes/nowhere')).body.code).toBe('node-not-found');
  });

  test('are treated as they are told to', async () => {
    const run = await startTestServer();
    expect((await run.admin('PATCH', '/v1/nodes/local', { drift: 'keep', checkInterval: 30 })).body).toMatchObject({
      drift: 'keep',
      checkInterval: 30,
    });
    for (const wrong of [{ drift: 'ignore' }, { checkInterval: 1 }, { checkInterval: 'x' }, { name: 'x' }])
      expect((await run.admin('PATCH', '/v1/nodes/local', wrong)).status).toBe(422);
  });

  test('get apps where they have the fewest, or where they are told', async () => {
    const run = await startReadyServer();
    const { body } = await run.admin('POST', '/v1/nodes', { name: 'second' });
    const second = await TestNode.enrol(run.server, body.enrolmentToken);
    for (const plugin of ['pool', 'site']) await run.admin('PUT', `/v1/nodes/second/plugins/${plugin}`, {});
    const make = async (name: string, more = {}) =>
      (await run.admin('POST', '/v1/apps', { type: 'note', name, spec: {}, ...more })).body.node;
    const nodes = [
      await make('a', { node: 'local' }),
      await make('b'),
      await make('c', { node: second.id }),
      await make('d'),
    ];
    expect(nodes).toEqual([run.node.id, second.id, second.id, run.node.id]);
    expect((await run.admin('GET', `/v1/apps?node=${second.id}`)).body.items).toHaveLength(2);
  });
});

describe('plugins on nodes', () => {
  test('are enabled when they run, those they need first', async () => {
    const run = await startTestServer();
    const enable = (plugin: string) => run.admin('PUT', `/v1/nodes/local/plugins/${plugin}`, {});
    expect((await enable('broken')).body).toMatchObject({
      code: 'plugin-not-running',
      detail: expect.stringContaining('broken is blocked'),
    });
    expect((await enable('nothing')).body.code).toBe('plugin-not-found');
    expect((await enable('pool')).body).toMatchObject({
      plugin: 'pool',
      version: '1.0.0',
      config: { workers: 4 },
      capabilities: { paths: expect.any(Array) },
    });
  });

  test('are left alone when they are enabled as they are, and tried again when something is wrong', async () => {
    const run = await startReadyServer();
    const enable = async (config: object) => {
      const { body } = await run.admin('PUT', '/v1/nodes/local/plugins/pool', { config });
      return body.operation as { id: string; state: string };
    };
    const first = await enable({});
    expect(first.state).toBe('succeeded');
    const changed = await enable({ workers: 5 });
    expect([changed.state, (await enable({ workers: 5 })).id]).toEqual(['pending', changed.id]);
    run.node.outcomes.set('Pools', { kind: 'failed', reason: 'NoSpace', message: 'The disk is full.' });
    await run.node.settle();
    const again = await enable({ workers: 5 });
    expect([again.state, again.id === changed.id]).toEqual(['pending', false]);
    run.node.outcomes.clear();
    await run.node.settle();
    expect(await enable({ workers: 5 })).toMatchObject({ id: again.id, state: 'succeeded' });
  });

  test('say how far they have come', async () => {
    const run = await startReadyServer();
    const { body } = await run.admin('GET', '/v1/nodes/local/plugins');
    expect(body.items).toMatchObject([
      {
        plugin: 'pool',
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'Drifted', status: 'False' },
        ],
      },
      {
        plugin: 'site',
        conditions: [
          { type: 'Ready', status: 'True' },
          { type: 'Drifted', status: 'False' },
        ],
      },
    ]);
  });
});

describe('the plugins of the installation', () => {
  test('are listed with their state and everything that is wrong with them', async () => {
    const run = await startTestServer();
    const { body } = await run.admin('GET', '/v1/plugins');
    expect(body.items.map(({ id, state }: { id: string; state: string }) => `${id} ${state}`)).toEqual([
      'broken blocked',
      'pool running',
      'site running',
    ]);
    expect((await run.admin('GET', '/v1/plugins/broken')).body.problems).toMatchObject([
      { code: expect.any(String), remedy: expect.any(String) },
    ]);
    expect((await run.admin('GET', '/v1/plugins/nothing')).body.code).toBe('plugin-not-found');
    expect((await run.admin('POST', '/v1/plugins/site/reset', {})).body.state).toBe('running');
    expect((await run.admin('POST', '/v1/plugins/site/approve', {})).body.state).toBe('running');
  });

  test('give app types, which everybody can see', async () => {
    const run = await startTestServer();
    const { caller } = await run.newTenant('Ada');
    const { body } = await caller('GET', '/v1/app-types');
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(['note', 'site']);
    const { body: site } = await caller('GET', '/v1/app-types/site');
    expect(site).toMatchObject({
      plugin: 'site',
      category: 'web',
      specVersion: 1,
      spec: { type: 'object' },
      files: { keep: 3 },
    });
    expect(site.actions.map(({ id }: { id: string }) => id)).toEqual(['tidy', 'polish', 'steal', 'rollback']);
    expect((await caller('GET', '/v1/app-types/nothing')).body.code).toBe('app-type-not-found');
  });
});

/** Over a unix socket, as agents do it. */
async function socketServer(run: TestServer): Promise<string> {
  const path = join(run.folder, 'exchange.sock');
  const api = await run.server.exchangeApi();
  if (api.addresses().length === 0) await api.listen({ path });
  return path;
}

function post(socketPath: string, path: string, body: unknown, key?: string): Promise<{ status: number; body: never }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: never }>();
  const headers = { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) };
  const call = request({ socketPath, path, method: 'POST', headers }, async (response) =>
    resolve({ status: response.statusCode ?? 0, body: JSON.parse(await text(response)) as never }),
  );
  call.once('error', reject);
  call.end(JSON.stringify(body));
  return promise;
}

describe('the exchange over its socket', () => {
  test('enrols, takes reports and gives work to whoever has a key', async () => {
    const run = await startReadyServer();
    const socket = await socketServer(run);
    const { body: node } = await run.admin('POST', '/v1/nodes', { name: 'other' });
    const enrolled = await post(socket, '/exchange/enrol', { token: node.enrolmentToken, hostname: 'x' });
    expect(enrolled).toMatchObject({ status: 200, body: { node: node.id, name: 'other' } });
    const { key } = enrolled.body as { key: string };
    const exchange = { protocol: 1, boot: 'b', reports: [], inHand: [], wait: 0 };
    expect(await post(socket, '/exchange', exchange, key)).toMatchObject({
      status: 200,
      body: { protocol: 1, work: [], settings: { grants: [] } },
    });
    expect(await post(socket, '/exchange', exchange)).toMatchObject({
      status: 401,
      body: { code: 'unknown-node-key' },
    });
    expect(await post(socket, '/exchange', exchange, 'fhn_x')).toMatchObject({ status: 401 });
    expect(await post(socket, '/exchange', { ...exchange, protocol: 9 }, key)).toMatchObject({
      status: 422,
      body: { code: 'unsupported-protocol' },
    });
    expect(await post(socket, '/exchange', null, key)).toMatchObject({ status: 422 });
    expect(await post(socket, '/exchange/enrol', {})).toMatchObject({ status: 422, body: { code: 'invalid-request' } });
  });

  test('ends a wait when the agent goes away', async () => {
    const run = await startReadyServer();
    const socket = await socketServer(run);
    const call = request({
      socketPath: socket,
      path: '/exchange',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${run.node.key}` },
    });
    call.on('error', () => undefined);
    const { settingsVersion } = await run.node.exchange();
    call.end(JSON.stringify({ protocol: 1, boot: 'b', reports: [], inHand: [], wait: 60, settingsVersion }));
    await new Promise((resolve) => call.once('finish', resolve));
    call.destroy();
    await run.server.stop();
  });

  test('gives the bytes of archives to the node whose apps are made of them, and to no other', async () => {
    const run = await startReadyServer();
    const socket = await socketServer(run);
    const archive = await packFixture([{ name: 'index.html', content: 'hello' }], { gzip: true });
    const { body: app } = await run.admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec: {} });
    const { body } = await run.admin('PUT', `/v1/apps/${app.id}/files`, archive, {
      'content-type': 'application/gzip',
    });
    const { sha256 } = body.release;
    const read = (key: string, hash: string) => {
      const { promise, resolve } = Promise.withResolvers<{ status: number; bytes: Buffer }>();
      get(
        { socketPath: socket, path: `/exchange/uploads/${hash}`, headers: { authorization: `Bearer ${key}` } },
        async (response) => {
          const chunks: Buffer[] = [];
          for await (const chunk of response) chunks.push(chunk as Buffer);
          resolve({ status: response.statusCode ?? 0, bytes: Buffer.concat(chunks) });
        },
      );
      return promise;
    };
    expect(await read(run.node.key, sha256)).toEqual({ status: 200, bytes: archive });
    expect(await readFile(join(run.folder, 'uploads', sha256))).toEqual(archive);
    const { body: other } = await run.admin('POST', '/v1/nodes', { name: 'other' });
    const stranger = await TestNode.enrol(run.server, other.enrolmentToken);
    expect((await read(stranger.key, sha256)).status).toBe(404);
    for (const wrong of ['0'.repeat(64), '..%2f..%2fsecret.key', 'x'])
      expect((await read(run.node.key, wrong)).status).toBe(404);
  });
});

test('nodes are found by the beginning of their name', async () => {
  const { admin } = await startReadyServer();
  for (const name of ['web-1', 'web-2', 'mail-1']) await admin('POST', '/v1/nodes', { name });
  const find = async (search: string) =>
    (await admin('GET', `/v1/nodes?search=${search}`)).body.items.map(({ name }: { name: string }) => name);
  expect(await find('web')).toEqual(['web-2', 'web-1']);
  expect(await find('%25')).toEqual([]);
  expect(await find('eb-')).toEqual([]);
});
