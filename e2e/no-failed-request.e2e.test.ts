import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../kernel/cli/api-types.ts';
import { figure } from './installation/figures.ts';
import { type Told, tellingSite, writeSite } from './installation/site-files.ts';
import { keepVisiting } from './installation/visit.ts';
import { Installation } from './installation.ts';

/** Visitors come without a pause while a site is changed in every way, and none of them meets an error. */

const freehold = new Installation();
/** A second PHP version: the same program under another name, where hosters may put builds of their own. */
const builds = `/opt/freehold-e2e-${process.pid}`;
const folders = [writeSite(tellingSite(1)), writeSite(tellingSite(2))];
let app: App;

beforeAll(async () => {
  const name = readdirSync('/usr/sbin').find((program) => /^php-fpm\d+\.\d+$/.test(program));
  mkdirSync(builds);
  symlinkSync(`/usr/sbin/${name}`, `${builds}/php-fpm7.4`);
  await freehold.start();
  const [node] = await freehold.client.listNodes();
  const config = { phpSearchPaths: ['/usr/sbin', builds] };
  await freehold.settle(freehold.client.enablePlugin(`${node?.id}`, 'nginx-php', config));
  app = await freehold.createApp({ type: 'php-site', name: 'shop', spec: { hostnames: ['shop.example'] } });
  await freehold.json('app', 'deploy', 'shop', `${folders[0]}`);
});
afterAll(async () => {
  for (const folder of [...folders, builds]) rmSync(folder, { recursive: true });
  await freehold.remove();
});

/** Lets visitors come while work is done, and gives all pages that they saw. */
async function visitedDuring(what: string, work: () => Promise<unknown>): Promise<Told[]> {
  const visitor = keepVisiting(() => freehold.site('shop.example'));
  await work();
  const { requests, failures, slowest, bodies } = await visitor.stop();
  figure(what, `${requests} requests, ${failures.length} failed, the slowest took ${slowest} ms`);
  expect(failures).toEqual([]);
  return bodies.map((body) => JSON.parse(body));
}

const change = (spec: object) => freehold.settle(freehold.client.changeApp(app.id, { spec: { ...spec } }));
const seen = (pages: Told[], field: keyof Told) => [...new Set(pages.map((page) => page[field]))];

test('a new release, and the way back', async () => {
  const pages = await visitedDuring('deploy and rollback', async () => {
    await freehold.json('app', 'deploy', 'shop', `${folders[1]}`);
    await freehold.json('app', 'rollback', 'shop');
  });
  expect(seen(pages, 'release')).toEqual([1, 2]);
});

test('PHP settings and host names', async () => {
  const pages = await visitedDuring('PHP settings and host names', async () => {
    await change({ phpSettings: { memory_limit: '64M' } });
    await change({ hostnames: ['shop.example', 'www.shop.example'] });
    await change({ phpSettings: { memory_limit: '128M' }, hostnames: ['shop.example'] });
  });
  expect(seen(pages, 'memory')).toEqual(['256M', '64M', '128M']);
});

test('another PHP version, and the way back', async () => {
  await visitedDuring('PHP version', async () => {
    await change({ phpVersion: '7.4' });
    expect((await freehold.site('shop.example')).status).toBe(200);
    await change({ phpVersion: null });
  });
});

test('other sites come, are suspended and go', async () => {
  await visitedDuring('five other sites come and go', async () => {
    const others = await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        freehold.createApp({ type: 'php-site', name: `other-${n}`, spec: { hostnames: [`other-${n}.example`] } }),
      ),
    );
    await Promise.all(others.map(({ id }) => freehold.settle(freehold.client.suspendApp(id, { reason: 'operator' }))));
    await Promise.all(others.map(({ id }) => freehold.settle(freehold.client.removeApp(id))));
  });
});

test('the agent is killed and comes back', async () => {
  await visitedDuring('kill -9 of the agent', async () => {
    const before = freehold.pid('agent');
    process.kill(before, 'SIGKILL');
    await expect
      .poll(() => freehold.roles().agent.filter((pid) => pid !== before), { timeout: 60_000 })
      .toHaveLength(1);
    await change({ workers: 3 });
  });
});
