import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createAgent } from '../agent/agent.ts';
import { openStateStore } from '../agent/store/state-store.ts';
import { packFixture } from '../server/apps/files/fixture-archive.ts';
import { silentLog } from '../server/log/logger.ts';
import { createServer } from '../server/server.ts';
import { takeDatabase } from './database.ts';
import { InProcessLink } from './in-process-link.ts';
import { SimulatedMachine } from './machine/index.ts';

const TOKEN = `fh_${'a'.repeat(40)}`;

/** The real server and the real agent, on a database of their own and a machine in memory. */
async function startKernel() {
  const database = await takeDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'kernel-'));
  const pluginFolders = [join(import.meta.dirname, '../server/testing/plugins')];
  const server = await createServer({ folder, pluginFolders, log: silentLog, database: database.store });
  await server.bootstrap({
    admin: { email: 'a@b.test', token: TOKEN },
    node: { name: 'local', enrolmentToken: TOKEN },
  });
  const machine = new SimulatedMachine();
  machine.script('tidy', () => 'tidied\n').script('pool-versions', () => '1\n2\n');
  const { home } = machine;
  const folders = (name: string) => `${home}/node/${name}`;
  const agent = createAgent({
    system: machine.connect().system,
    store: openStateStore(':memory:'),
    link: new InProcessLink(server),
    paths: {
      sites: folders('sites'),
      config: folders('config'),
      run: folders('run'),
      logs: folders('logs'),
      state: folders('state'),
    },
    trashFolder: `${home}/agent/trash`,
    ports: { http: 8080, https: 8443 },
    log: pino({ level: 'silent' }),
    loadToken: async () => TOKEN,
  });
  await agent.start();
  onTestFinished(async () => {
    await agent.stop({ stopServices: true });
    await server.stop();
    await rm(folder, { recursive: true, force: true });
    await database.release();
  });
  const api = await server.api();
  const call = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: unknown,
    type = 'application/json',
  ) => {
    const headers = { authorization: `Bearer ${TOKEN}`, ...(payload === undefined ? {} : { 'content-type': type }) };
    const response = await api.inject({
      method,
      url,
      headers,
      ...(payload === undefined ? {} : { payload: payload as object }),
    });
    return JSON.parse(response.body);
  };
  const until = async (operation: { id: string }) => {
    for (;;) {
      const now = await call('GET', `/v1/operations/${operation.id}`);
      if (now.state !== 'pending' && now.state !== 'running') return now;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { machine, call, until };
}

const enableAll = async ({ call, until }: Awaited<ReturnType<typeof startKernel>>) => {
  for (const plugin of ['pool', 'site']) {
    const { operation } = await call('PUT', `/v1/nodes/local/plugins/${plugin}`, {});
    const ended = await until(operation);
    expect(ended.outcome).toEqual({ kind: 'inSync' });
  }
};

test('server and agent understand each other through the whole life of an app', async () => {
  const kernel = await startKernel();
  const { machine, call, until } = kernel;
  await enableAll(kernel);
  const world = () => JSON.stringify(machine.snapshot());
  const done = async (answer: { operation: { id: string } }) =>
    expect((await until(answer.operation)).outcome).toEqual({ kind: 'inSync' });

  const app = await call('POST', '/v1/apps', { type: 'site', name: 'blog', spec: { title: 'Hello', version: '2' } });
  await done(app);
  expect(world()).toContain('title = \\"Hello\\"');
  expect(world()).not.toContain('freehold_secret_');
  expect(world()).not.toContain('freehold-output');
  const url = `/v1/apps/${app.id}`;
  expect((await call('GET', url)).conditions[0]).toMatchObject({ type: 'Ready', status: 'True' });

  expect(await call('POST', `${url}/plan`, { spec: { hostnames: ['a.test'] } })).toMatchObject({
    changes: [
      { resource: expect.stringContaining('site.json'), action: 'update', diff: expect.stringContaining('a.test') },
    ],
    problems: [],
  });
  await done(await call('PATCH', url, { spec: { hostnames: ['a.test'] } }));
  expect(world()).toContain('a.test');

  const archive = await packFixture([{ name: 'index.html', content: 'deployed' }], { gzip: true });
  await done(await call('PUT', `${url}/files`, archive, 'application/gzip'));
  expect(world()).toContain('deployed');

  const action = await call('POST', `${url}/actions/tidy`, { depth: 2 });
  expect(await until(action.operation)).toMatchObject({ state: 'succeeded', output: { tidy: ['tidied'] } });

  await done(await call('POST', `${url}/suspend`, { reason: 'abuse' }));
  expect(world()).toContain('\\"suspended\\":true');

  await done(await call('DELETE', url));
  expect(world()).not.toContain('a.test');
  await done(await call('POST', `${url}/restore`, {}));
  expect(world()).toContain('deployed');
  await done(await call('DELETE', url));
  await done(await call('DELETE', `${url}?purge=true`));
  expect((await call('GET', url)).code).toBe('app-not-found');
  expect(world()).not.toContain('deployed');
}, 30_000);

test('a sweep of a node that nobody touched finds nothing to do', async () => {
  const kernel = await startKernel();
  const { call, until } = kernel;
  await enableAll(kernel);
  await until((await call('POST', '/v1/apps', { type: 'note', name: 'n', spec: {} })).operation);
  expect(await call('POST', '/v1/nodes/local/check', {})).toMatchObject({ changes: 0 });
}, 30_000);

test('a hundred apps that are made at once all come to be', async () => {
  const kernel = await startKernel();
  const { call, until } = kernel;
  await enableAll(kernel);
  const names = Array.from({ length: 100 }, (_, index) => `n${index}`);
  const made = await Promise.all(
    names.map((name) => call('POST', '/v1/apps', { type: 'note', name, spec: { text: name } })),
  );
  const ended = [];
  for (const { operation } of made) ended.push(await until(operation));
  expect(new Set(ended.map(({ outcome }) => JSON.stringify(outcome)))).toEqual(new Set(['{"kind":"inSync"}']));
}, 60_000);
