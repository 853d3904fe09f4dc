import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App, Operation, Plan } from '../kernel/cli/api-types.ts';
import { figure, timed } from './installation/figures.ts';
import { findFiles } from './installation/files.ts';
import { accountsOf } from './installation/remains.ts';
import { type Told, tellingSite, writeSite } from './installation/site-files.ts';
import { Installation } from './installation.ts';

/** The whole life of a site, with the command line as people and scripts use it. Each test goes on where the one before ended. */

const freehold = new Installation();
const [first, second] = [writeSite(tellingSite(1)), writeSite(tellingSite(2))];
let app: App;

const told = async (host = 'shop.example'): Promise<Told> => JSON.parse((await freehold.site(host)).body);
const show = () => freehold.json<App>('app', 'show', 'shop');
const route = () => `${freehold.home.node}/config/nginx/sites/${app.id}-main.conf`;

beforeAll(() => freehold.start());
afterAll(async () => {
  for (const folder of [first, second]) rmSync(folder, { recursive: true });
  await freehold.remove();
});

test('a person makes a site, sees how far it is, and visits it', async () => {
  await freehold.json('tenants', 'create', 'Acme Ltd', '--slug', 'acme');
  const create = [
    'app',
    'create',
    'shop',
    '--type',
    'php-site',
    '--tenant',
    'acme',
    '--set',
    'hostnames[]=shop.example',
  ];
  const [made, took] = await timed(() => freehold.command(...create));
  expect(made).toMatchObject({ code: 0, stdout: '' });
  expect(made.stderr).toMatch(/✓ Creating shop \(\d+\.\d\d s\): \d+ steps\n {2}http:\/\/shop\.example:\d+\/\n$/);
  expect((await freehold.site('shop.example')).status).toBe(200);
  app = await show();
  expect(app).toMatchObject({
    generation: 1,
    observedGeneration: 1,
    release: null,
    lifecycle: 'present',
    suspended: [],
  });
  figure('freehold app create, as a process', took);
});

test('its files are deployed, and PHP computes the page as a user that only this site has', async () => {
  const [, took] = await timed(() => freehold.json('app', 'deploy', 'shop', first));
  expect(await told()).toMatchObject({ release: 1, user: app.id });
  const own = accountsOf(freehold.home.path);
  expect(own.map(({ name, uid }) => [name, uid])).toEqual([[app.id, (await told()).uid]]);
  expect((await freehold.site('shop.example', '/style.css')).body).toBe('/* release 1 */');
  figure('freehold app deploy, as a process', took);
});

test('a plan shows exactly what the change then does, in the operation and on the disk', async () => {
  const change = ['--set', 'phpSettings.memory_limit=96M', '--set', 'hostnames[]=www.shop.example'];
  const plan = await freehold.json<Plan>('app', 'plan', 'shop', ...change);
  const files = plan.changes.filter(({ resource }) => resource.startsWith('file:'));
  const before = files.map(({ resource }) => readFileSync(resource.slice('file:'.length), 'utf8'));
  expect(files).toHaveLength(2);
  expect(await told()).toMatchObject({ memory: '256M' });

  const { operation } = await freehold.json<{ operation: Operation }>('app', 'change', 'shop', ...change);
  const did = operation.steps?.map(({ resource, action, diff }) => ({ resource, action, diff }));
  expect(did).toEqual(plan.changes.map(({ resource, action, diff }) => ({ resource, action, diff })));
  const after = files.map(({ resource }) => readFileSync(resource.slice('file:'.length), 'utf8'));
  expect(after).toEqual(files.map(({ diff = '' }, index) => applyDiff(before[index] ?? '', diff)));
  expect(await told('www.shop.example')).toMatchObject({ memory: '96M', release: 1 });
});

test('when all is as it should be the plan is empty, for people too', async () => {
  expect(await freehold.json<Plan>('app', 'plan', 'shop')).toEqual({ changes: [], problems: [] });
  const { code, stdout } = await freehold.command('app', 'plan', 'shop');
  expect([code, stdout.trim()]).toEqual([0, 'Nothing would change.']);
});

test('a suspended site shows a page that says so, and comes back', async () => {
  await freehold.json('app', 'suspend', 'shop', '--reason', 'billing', '--note', 'Invoice 17');
  const answer = await freehold.site('shop.example');
  expect([answer.status, answer.body]).toEqual([503, expect.stringMatching(/suspended|not available/i)]);
  expect((await freehold.site('shop.example', '/style.css')).status).toBe(503);
  expect((await show()).suspended).toMatchObject([{ reason: 'billing', note: 'Invoice 17' }]);
  await freehold.json('app', 'resume', 'shop');
  expect(await told()).toMatchObject({ release: 1, memory: '96M' });
});

test('a second release takes the place of the first, and is rolled back', async () => {
  await freehold.json('app', 'deploy', 'shop', second);
  expect(await told()).toMatchObject({ release: 2 });
  await freehold.json('app', 'rollback', 'shop');
  expect([await told(), await show()]).toMatchObject([{ release: 1 }, { release: 1 }]);
  const { items } = await freehold.json<{ items: { number: number; current: boolean }[] }>('app', 'releases', 'shop');
  expect(items.map(({ number, current }) => [number, current])).toEqual([
    [2, false],
    [1, true],
  ]);
});

test('a removed site is gone from nginx and so is its user; its files are in the trash', async () => {
  await freehold.json('app', 'remove', 'shop', '--yes');
  expect((await freehold.site('shop.example')).status).toBe(404);
  expect([accountsOf(freehold.home.path), existsSync(route())]).toEqual([[], false]);
  expect(findFiles(freehold.home.node, app.id)).toEqual([]);
  const trash = findFiles(`${freehold.home.agent}/trash/app-${app.id}`, 'index.php');
  const found = trash.map((path) => [path.match(/releases\/\d+|starter/)?.[0], readFileSync(path, 'utf8')]);
  expect(Object.fromEntries(found)).toMatchObject({
    'releases/1': tellingSite(1)['index.php'],
    'releases/2': tellingSite(2)['index.php'],
  });
  expect((await show()).lifecycle).toBe('removed');
});

test('a restored site is as it was: files, releases, settings, user number', async () => {
  const [, took] = await timed(() => freehold.json('app', 'restore', 'shop'));
  expect(await told('www.shop.example')).toMatchObject({ release: 1, memory: '96M', user: app.id });
  await freehold.json('app', 'rollback', 'shop', '--release', '2');
  expect(await told()).toMatchObject({ release: 2 });
  figure('freehold app restore, as a process', took);
});

test('a purged site is gone for good', async () => {
  await freehold.json('app', 'remove', 'shop', '--yes');
  await freehold.json('app', 'purge', 'shop', '--yes');
  expect(findFiles(freehold.home.path, app.id)).toEqual([]);
  expect(findFiles(`${freehold.home.agent}/trash`, 'index.php')).toEqual([]);
  expect(await freehold.command('app', 'restore', 'shop')).toMatchObject({ code: 4 });
});

test('whatever is wrong has an exit code and words', async () => {
  const json = async (...args: string[]) => {
    const { code, stderr, stdout } = await freehold.command(...args, '--json');
    return [code, stdout, JSON.parse(stderr).code];
  };
  const create = ['app', 'create', 'x', '--type'];
  const set = (value: string) => ['--set', `hostnames:=${value}`];
  expect(await json('app', 'show', 'nothing')).toEqual([4, '', 'app-not-found']);
  expect(await json(...create, 'php-site', ...set('["a b"]'))).toEqual([6, '', 'invalid-request']);
  expect(await json(...create, 'no-such-type', ...set('["a.example"]'))).toEqual([4, '', 'app-type-not-found']);
  expect(await json('app', 'list', '--no-such-flag')).toEqual([2, '', 'usage']);
  expect(await json('app', 'list', '--token', 'fh_wrong')).toEqual([3, '', 'unauthenticated']);
  expect(await json('app', 'list', '--token', 'x', '--api', 'http://127.0.0.1:1')).toEqual([8, '', 'cannot-connect']);
});

/** What a unified diff makes of a text: an implementation of its own, so that what is shown is what is meant. */
function applyDiff(text: string, diff: string): string {
  const lines = text.split('\n');
  let shift = 0;
  for (const [, start, body] of diff.matchAll(/^@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@\n((?:[ +-].*\n)*)/gm)) {
    const hunk = (body ?? '').split('\n').slice(0, -1);
    const old = hunk.filter((line) => !line.startsWith('+')).map((line) => line.slice(1));
    const new_ = hunk.filter((line) => !line.startsWith('-')).map((line) => line.slice(1));
    const at = Number(start) - 1 + shift;
    expect(lines.slice(at, at + old.length)).toEqual(old);
    lines.splice(at, old.length, ...new_);
    shift += new_.length - old.length;
  }
  return lines.join('\n');
}
