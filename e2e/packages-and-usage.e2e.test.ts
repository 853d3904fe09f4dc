import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../kernel/cli/api-types.ts';
import { tellingSite, writeSite } from './installation/site-files.ts';
import { Installation } from './installation.ts';

/** A hoster sells a package to a customer, whose site is measured, and who gets no more than the package gives. */

interface Usage {
  readonly items: readonly { id: string; used: number; limit: number | null; state: string }[];
}

const freehold = new Installation();
const folder = writeSite(tellingSite(1));
let home = '';

beforeAll(async () => {
  await freehold.start();
  await freehold.json('tenants', 'create', 'anna');
  const contents = ['--limit', 'apps=2', '--limit', 'nginx-php.workers=10', '--limit', 'disk=1GB', '--feature', 'ssh'];
  await freehold.json('packages', 'create', 'Basic', ...contents);
  await freehold.json('packages', 'assign', 'anna', 'Basic');
  const tenant = (await freehold.client.listTenants()).find(({ slug }) => slug === 'anna');
  const app = await create('site', { hostnames: ['anna.example'] }, tenant?.id);
  await freehold.settle(app);
  await freehold.json('app', 'deploy', 'anna/site', folder);
  home = join(freehold.home.path, 'node/sites', app.id);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await freehold.remove();
});

const create = (name: string, spec: object, tenant: string | undefined) =>
  freehold.client.createApp({ type: 'php-site', name, spec: { ...spec }, tenant } as never) as Promise<
    App & { operation: never }
  >;

async function usage(): Promise<Record<string, Usage['items'][number]>> {
  const { items } = (await freehold.json('usage', 'anna')) as Usage;
  return Object.fromEntries(items.map((item) => [item.id, item]));
}

/** Both numbers at the end of each line. */
function bytesIn(path: string): number {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.flatMap((line) => line.split(' ').slice(-2).map(Number)).reduce((sum, bytes) => sum + bytes, 0);
}

test('what the site has on disk, and what it sent and received, is what her logs and du say', async () => {
  for (let visit = 0; visit < 5; visit++) await freehold.site('anna.example', '/');
  await freehold.site('anna.example', '/missing');
  await freehold.json('nodes', 'check', 'local');
  const wanted = bytesIn(`${home}/logs/access.log`);
  expect(wanted).toBeGreaterThan(1000);
  await expect.poll(async () => (await usage()).bandwidth?.used, { timeout: 20_000 }).toBe(wanted);
  const du = execFileSync('du', ['-sx', '--block-size=1', home], { encoding: 'utf8' });
  expect((await usage()).disk).toMatchObject({ used: Number.parseInt(du, 10), limit: 1024 ** 3, state: 'free' });
  expect(await usage()).toMatchObject({ apps: { used: 1, limit: 2 }, 'nginx-php.workers': { used: 5, limit: 10 } });
});

test('she gets as many processes as her package gives, and is told which field wants more', async () => {
  const tenant = (await freehold.client.listTenants()).find(({ slug }) => slug === 'anna');
  await expect(create('two', { hostnames: ['two.example'], workers: 6 }, tenant?.id)).rejects.toMatchObject({
    problem: { code: 'limit-reached', errors: [{ pointer: '/spec/workers' }] },
  });
  await freehold.settle(await create('two', { hostnames: ['two.example'], workers: 5 }, tenant?.id));
  await freehold.json('packages', 'change', 'Basic', '--limit', 'apps=1');
  const check = await freehold.json('packages', 'assign', 'anna', 'Basic', '--newest', '--check');
  expect(check).toMatchObject({ fits: false, obstacles: [{ subject: 'apps', used: 2, limit: 1 }] });
});
