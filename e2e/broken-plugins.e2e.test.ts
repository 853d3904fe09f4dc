import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plugin } from '../kernel/cli/api-types.ts';
import { ProblemError } from '../kernel/cli/problem.ts';
import { keepVisiting } from './installation/visit.ts';
import { Installation } from './installation.ts';

/** Plugins that are broken in every way lie in the data folder. Each says what is wrong with it, and everything else works. */

const freehold = new Installation();

/** Id, state, and words of one of the problems. */
const BROKEN: readonly (readonly [id: string, state: string, words: string])[] = [
  ['malformed-json', 'failed', 'package.json'],
  ['newer-engine', 'blocked', '^2.0.0'],
  ['missing-resource', 'blocked', 'mysql.database'],
  ['throws-in-setup', 'failed', 'no licence'],
  ['throws-on-import', 'failed', 'no disk'],
  ['declared-without-code', 'failed', 'the node role'],
  ['unknown-key', 'failed', 'capabilites'],
];

beforeAll(async () => {
  const known = join(import.meta.dirname, '../kernel/server/plugin-host/fixtures');
  for (const name of [...BROKEN.map(([id]) => id), 'role-outside-capabilities', 'misbehaving'])
    freehold.addPlugin(join(known, name));
  await freehold.start();
});
afterAll(() => freehold.remove());

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error) => (error instanceof ProblemError ? error.problem.code : String(error)),
  );
const site = (name: string) => ({ type: 'static-site', name, spec: { hostnames: [`${name}.example`] } });

test('all problems of all plugins stand together, each with a remedy; nginx-php runs', async () => {
  const { items } = await freehold.json<{ items: Plugin[] }>('plugins', 'list');
  const byId = new Map(items.map((plugin) => [plugin.id, plugin]));
  for (const [id, state, words] of BROKEN) {
    const plugin = byId.get(id);
    expect([id, plugin?.state, plugin?.reason]).toEqual([id, state, plugin?.problems[0]?.message]);
    expect(plugin?.problems.map(({ message }) => message).join()).toContain(words);
    for (const { remedy } of plugin?.problems ?? []) expect(remedy).toMatch(/\S{3,}.*[.?]$/);
  }
  const running = items.filter(({ state }) => state === 'running').map(({ id }) => id);
  expect(running).toEqual(['misbehaving', 'nginx-php', 'role-outside-capabilities']);
  const { code, stdout } = await freehold.command('plugins', 'list');
  expect(code).toBe(0);
  for (const [id, state] of BROKEN) expect(stdout).toMatch(new RegExp(`^${id} .* ${state} `, 'm'));
});

test('a plugin whose taps never return is cut off each time, and taken out when it goes on; sites are served all along', async () => {
  const app = await freehold.createApp(site('old'));
  await freehold.stop();
  freehold.addPlugin(join(import.meta.dirname, 'fixtures/never-answers'));
  await freehold.start();
  const visitor = keepVisiting(() => freehold.site('old.example'));
  const create = ['app', 'create', 'new', '--type', 'static-site', '--set', 'hostnames[]=new.example'];
  expect(await freehold.command(...create)).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('never-answers'),
  });
  for (let attempt = 0; attempt < 5; attempt++) {
    expect(await codeOf(freehold.client.createApp(site('new')))).toBe('change-refused');
    expect(await codeOf(freehold.client.changeApp(app.id, { spec: { indexFiles: [`${attempt}.html`] } }))).toBe(
      'change-refused',
    );
    expect((await freehold.client.loadApp(app.id)).spec.indexFiles).toEqual(['index.html']);
  }
  expect(await freehold.client.loadPlugin('never-answers')).toMatchObject({
    state: 'quarantined',
    reason: expect.stringContaining('It failed 3 times within 60 minutes'),
  });
  await freehold.createApp(site('new'));
  expect((await freehold.site('new.example')).status).toBe(200);
  expect((await visitor.stop()).failures).toEqual([]);
});

test('functions that throw, change their input or do not give what they should fail for their own app only', async () => {
  const [node] = await freehold.client.listNodes();
  await freehold.settle(freehold.client.enablePlugin(`${node?.id}`, 'misbehaving'));
  const codes = await Promise.all(
    ['throws', 'mutates', 'no-json', 'no-resources', 'twice', 'asynchronous'].map(async (type) => {
      const made = freehold.client.createApp({ type, name: type, spec: {} });
      return [type, await codeOf(made)];
    }),
  );
  expect(new Set(codes.map(([, code]) => code))).toEqual(new Set(['plugin-cannot-compute']));
  expect((await freehold.client.listApps()).map(({ name }) => name).sort()).toEqual(['new', 'old']);
});

test('a role outside of what its plugin may touch is refused before anything is done', async () => {
  const [node] = await freehold.client.listNodes();
  const enabled = freehold.client.enablePlugin(`${node?.id}`, 'role-outside-capabilities');
  const { state, outcome } = await freehold.follow(enabled);
  expect([state, outcome]).toEqual(['failed', expect.objectContaining({ reason: 'CapabilityMissing' })]);
  expect(JSON.stringify(outcome)).toContain('/etc/shadow');
  const plugins = await freehold.client.listNodePlugins(`${node?.id}`);
  const ready = plugins.map(({ plugin, conditions }) => [
    plugin,
    conditions.find(({ type }) => type === 'Ready')?.status,
  ]);
  expect(Object.fromEntries(ready)).toMatchObject({ 'nginx-php': 'True', 'role-outside-capabilities': 'False' });
});

test('whoever has mended it lets it in again', async () => {
  await freehold.json('plugins', 'reset', 'never-answers');
  expect((await freehold.client.loadPlugin('never-answers')).state).toBe('running');
});
