import { appendFileSync, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App, Condition, Node } from '../kernel/cli/api-types.ts';
import { figure, timed } from './installation/figures.ts';
import { accountsOf, deleteUser, killAllOf } from './installation/remains.ts';
import { tellingSite, writeSite } from './installation/site-files.ts';
import { keepVisiting } from './installation/visit.ts';
import { Installation } from './installation.ts';

/** What somebody changes by hand is found within the check interval, told with a diff, and repaired or kept. */

const freehold = new Installation();
const folder = writeSite(tellingSite(1));
/** Seconds: as often as a hoster can have it. */
const INTERVAL = 5;
let [app, node]: [App, Node] = [{} as App, {} as Node];

beforeAll(async () => {
  await freehold.start();
  const [local] = await freehold.client.listNodes();
  node = local as Node;
  await freehold.client.changeNode(node.id, { checkInterval: INTERVAL });
  app = await freehold.createApp({ type: 'php-site', name: 'shop', spec: { hostnames: ['shop.example'] } });
  await freehold.json('app', 'deploy', 'shop', folder);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await freehold.remove();
});

const route = () => `${freehold.home.node}/config/nginx/sites/${app.id}-main.conf`;
const drifted = async (): Promise<Condition | undefined> =>
  (await freehold.client.loadApp(app.id)).conditions.find(({ type }) => type === 'Drifted');
const EDIT = '# by hand\n';
const isEdited = () => readFileSync(route(), 'utf8').endsWith(EDIT);

/** Does something, and waits for the event that tells why the app is drifted or is not any more. */
async function awaitDrift(reason: string, work: () => unknown): Promise<App> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(40_000)]);
  const which = { app: app.id, types: 'app.conditionChanged' };
  const heard: string[] = [];
  let after: string | undefined;
  for await (const { id } of freehold.client.readEvents(which)) after = id;
  await work();
  for await (const { data } of freehold.client.followEvents({ ...which, after }, signal)) {
    const { type, reason: told, message } = data.condition as Condition;
    heard.push(`${type} ${told}: ${message}`);
    if (type !== 'Drifted' || told !== reason) continue;
    stop.abort();
    return await freehold.client.loadApp(app.id);
  }
  throw new Error(`No event told of ${reason}, but of ${JSON.stringify(heard)}`);
}

test('an edited file is told with a diff, and put back', async () => {
  const before = readFileSync(route(), 'utf8');
  const [told, took] = await timed(() => awaitDrift('Repaired', () => appendFileSync(route(), EDIT)));
  expect(told.drift).toMatchObject([
    { resource: `file:${route()}`, action: 'repaired', diff: expect.stringContaining('-# by hand') },
  ]);
  expect(readFileSync(route(), 'utf8')).toBe(before);
  figure(`an edit is found, with a check interval of ${INTERVAL} s, after`, took);
  await awaitDrift('InSync', () => undefined);
  expect((await freehold.client.loadApp(app.id)).drift).toEqual([]);
});

test('with the policy keep it stays, and people see it with its diff as long as it is there', async () => {
  await freehold.json('nodes', 'set', 'local', '--drift', 'keep');
  const told = await awaitDrift('ChangedByHand', () => appendFileSync(route(), EDIT));
  expect(told.drift).toMatchObject([{ action: 'kept', diff: expect.stringContaining('-# by hand') }]);
  await freehold.client.checkNode(node.id);
  expect([isEdited(), (await drifted())?.status]).toEqual([true, 'True']);
  const { stdout } = await freehold.command('app', 'show', 'shop');
  expect(stdout).toMatch(/Drifted +ChangedByHand/);
  expect(stdout).toMatch(/Changed by hand\n.*left as it is[\s\S]*-# by hand/);
});

test('a kept edit outlives a change of the same app that does not concern the file, and goes on being told', async () => {
  await freehold.settle(freehold.client.changeApp(app.id, { spec: { phpSettings: { memory_limit: '64M' } } }));
  expect(JSON.parse((await freehold.site('shop.example')).body)).toMatchObject({ memory: '64M' });
  expect(isEdited()).toBe(true);
  await freehold.client.checkNode(node.id);
  expect((await drifted())?.status).toBe('True');
});

test('a change that concerns the file is made, and the edit is gone', async () => {
  const change = { spec: { hostnames: ['shop.example', 'www.shop.example'] } };
  const { steps } = await freehold.settle(freehold.client.changeApp(app.id, change));
  expect(steps?.find(({ resource }) => resource === `file:${route()}`)?.diff).toContain('-# by hand');
  expect([isEdited(), (await freehold.site('www.shop.example')).status]).toEqual([false, 200]);
});

test('back to the policy repair, a kept edit is put back', async () => {
  await awaitDrift('ChangedByHand', () => appendFileSync(route(), EDIT));
  await awaitDrift('Repaired', () => freehold.client.changeNode(node.id, { drift: 'repair' }));
  expect(isEdited()).toBe(false);
});

test('a deleted user comes back with the same number, and the site with it', async () => {
  await freehold.client.changeNode(node.id, { drift: 'repair' });
  const [before] = accountsOf(freehold.home.path);
  await awaitDrift('Repaired', () => {
    killAllOf(before?.uid ?? -1);
    deleteUser(app.id);
  });
  await expect.poll(() => accountsOf(freehold.home.path), { timeout: 20_000 }).toEqual([before]);
  await expect.poll(async () => (await freehold.site('shop.example')).status, { timeout: 20_000 }).toBe(200);
});

test('deleted files and folders of the configuration come back, with owner and mode', async () => {
  const { run, config } = { run: `${freehold.home.node}/run`, config: `${freehold.home.node}/config` };
  const modes = () => [config, `${config}/nginx/pages`, route()].map((path) => existsSync(path) && statSync(path).mode);
  const before = modes();
  for (const path of [`${config}/nginx/pages`, route()]) rmSync(path, { recursive: true });
  await expect.poll(modes, { timeout: 20_000 }).toEqual(before);
  await expect.poll(async () => (await freehold.site('shop.example')).status, { timeout: 20_000 }).toBe(200);
  expect((await freehold.site('nobody.example')).body).toMatch(/<html/);
  expect(existsSync(run)).toBe(true);
});

test('an edit that nginx refuses is repaired before nginx hears of it, and nothing stops being served', async () => {
  const visitor = keepVisiting(() => freehold.site('shop.example'));
  appendFileSync(route(), 'this is no configuration;\n');
  await expect.poll(() => readFileSync(route(), 'utf8'), { timeout: 20_000 }).not.toContain('no configuration');
  await freehold.createApp({ type: 'static-site', name: 'other', spec: { hostnames: ['other.example'] } });
  expect((await freehold.site('other.example')).status).toBe(200);
  expect((await visitor.stop()).failures).toEqual([]);
});
