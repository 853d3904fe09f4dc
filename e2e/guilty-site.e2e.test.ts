import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../kernel/cli/api-types.ts';
import { figure, timed } from './installation/figures.ts';
import { findFiles } from './installation/files.ts';
import { portOf } from './installation/settings.ts';
import { keepVisiting, type Visitor } from './installation/visit.ts';
import { Installation } from './installation.ts';

/** One site's configuration is refused by nginx. It alone is undone and blamed; nobody else notices. */

const freehold = new Installation();
const WORDS = 'invalid port in upstream "127.0.0.1:99999"';
let backend: Server;
let visitor: Visitor;
let guilty: App;

beforeAll(async () => {
  backend = createServer((_, answer) => void answer.end('from behind the proxy'));
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  freehold.addPlugin(`${import.meta.dirname}/fixtures/proxy-site`);
  await freehold.start();
  const [node] = await freehold.client.listNodes();
  await freehold.settle(freehold.client.enablePlugin(`${node?.id}`, 'proxy-site'));
  await freehold.createApp({ type: 'php-site', name: 'old', spec: { hostnames: ['old.example'] } });
  visitor = keepVisiting(() => freehold.site('old.example'));
});
afterAll(async () => {
  await visitor.stop();
  backend.close();
  await freehold.remove();
});

const create = (type: string, name: string, spec: object = {}) =>
  freehold.client.createApp({ type, name, spec: { hostnames: [`${name}.example`], ...spec } });
const readiness = async ({ id }: App) =>
  (await freehold.client.loadApp(id)).conditions.find(({ type }) => type === 'Ready');

test('ten sites that are made in the same instant go live, and only the guilty one is blamed, in nginx’s words', async () => {
  const names = Array.from({ length: 10 }, (_, index) => `good-${index}`);
  const [[bad, ...good], took] = await timed(async () => {
    const begun = await Promise.all([
      create('proxy-site', 'guilty', { port: 99_999 }),
      ...names.map((name, index) => create(index % 2 ? 'php-site' : 'static-site', name)),
    ]);
    guilty = begun[0];
    return Promise.all(begun.map((one) => freehold.follow(one)));
  });
  expect(good.map(({ state }) => state)).toEqual(names.map(() => 'succeeded'));
  const statuses = await Promise.all(names.map(async (name) => (await freehold.site(`${name}.example`)).status));
  expect(statuses).toEqual(names.map(() => 200));
  expect(bad).toMatchObject({ state: 'failed', outcome: { kind: 'failed', reason: 'ConfigurationRefused' } });
  expect(bad?.outcome).toMatchObject({ message: expect.stringContaining(WORDS) });
  expect(await readiness(guilty)).toMatchObject({
    status: 'False',
    reason: 'ConfigurationRefused',
    message: expect.stringContaining(WORDS),
  });
  figure('ten good sites and a guilty one, until all have ended', took);
});

test('nothing of the guilty one is left on the node', async () => {
  expect(findFiles(freehold.home.node, guilty.id)).toEqual([]);
  expect((await freehold.site('guilty.example')).status).toBe(404);
});

test('a person is told what nginx said, what to do, and that it was undone', async () => {
  const retry = await freehold.command('operations', 'list', '--json');
  const failed = JSON.parse(retry.stdout).items.find(({ state }: { state: string }) => state === 'failed');
  const { code, stderr } = await freehold.command('operations', 'retry', failed.id);
  expect([code, stderr]).toEqual([7, expect.stringContaining(WORDS)]);
  expect((await freehold.command('app', 'show', 'guilty')).stdout).toContain(WORDS);
});

test('with a better value it goes live, and with a bad one again it goes on as it was', async () => {
  await freehold.settle(freehold.client.changeApp(guilty.id, { spec: { port: portOf(backend) } }));
  expect((await freehold.site('guilty.example')).body).toBe('from behind the proxy');
  const failed = await freehold.follow(freehold.client.changeApp(guilty.id, { spec: { port: 99_999 } }));
  expect(failed).toMatchObject({ state: 'failed', outcome: { message: expect.stringContaining(WORDS) } });
  expect((await freehold.site('guilty.example')).body).toBe('from behind the proxy');
  expect(await readiness(guilty)).toMatchObject({ status: 'False', reason: 'ConfigurationRefused' });
});

test('nginx never stopped serving', async () => {
  const { requests, failures, slowest } = await visitor.stop();
  figure('requests to another site all along', `${requests}, ${failures.length} failed, the slowest ${slowest} ms`);
  expect(failures).toEqual([]);
});
