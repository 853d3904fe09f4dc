import { existsSync, readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation } from '../kernel/cli/api-types.ts';
import { Clone } from './installation/clone.ts';
import { figure } from './installation/figures.ts';
import { findProcessesOf, userOf } from './installation/processes.ts';
import { accountsOf } from './installation/remains.ts';
import { Installation, ONE_OF_EACH } from './installation.ts';

/** What somebody meets who clones the repository and types `npm start`. Each test goes on where the one before ended. */

const clone = new Clone();
const freehold = new Installation({ checkout: clone.path, command: ['npm', 'start'], demo: true });
const { home } = freehold;
let operations: Operation[];

beforeAll(async () => {
  figure('first `npm start` in a new clone, with npm ci', await freehold.start());
  for (const [, step, seconds] of freehold.words.matchAll(/^[✓–] (.*?) \(([\d.]+) s\)/gm))
    figure(`    ${step}`, Number(seconds), 's');
});
afterAll(async () => {
  await freehold.remove();
  clone.remove();
});

test('it shows each step with its duration, and in the end what people need', async () => {
  await expect.poll(() => freehold.words).toContain('Ctrl-C stops it.');
  const { ports, words, admin } = freehold;
  const steps = [...words.matchAll(/^[✓–] (.*?) \(\d+\.\d\d s\)/gm)].map(([, step]) => step);
  expect(steps).toEqual([
    ...['This machine', 'System user', 'Panel', 'Program', 'Database', 'Server', 'Agent'],
    ...['Web server', 'Demo website', 'Check'],
  ]);
  expect(words).toMatch(/Installing dependencies … \d+ s\n/);
  expect(words).toContain(`API and panel   http://127.0.0.1:${ports.api}\n`);
  expect(words).toContain(`Administrator   ${admin.email}  password ${admin.password}`);
  expect(words).toContain(`Demo website    http://localhost:${ports.http}/\n`);
});

test('the demo website answers with a page that PHP computed as a user that is neither root nor the web server’s', async () => {
  const { status, body } = await freehold.site('localhost');
  const [, name, uid] = /Runs as<\/dt><dd>(\w+), user (\d+)/.exec(body) ?? [];
  expect([status, name]).toEqual([200, freehold.ready.demo?.app]);
  expect(accountsOf(home.path)).toMatchObject([{ name, uid: Number(uid) }]);
  const worker = findProcessesOf(home.path).find(({ command }) => command.startsWith('nginx: worker process'));
  const webServer = worker && userOf(worker.pid);
  expect([0, webServer]).not.toContain(Number(uid));
  expect(webServer).toBeGreaterThan(0);
});

test('what listens to the network is not root; what is root does not listen', () => {
  const root = (['launcher', 'agent'] as const).map((role) => userOf(freehold.pid(role)));
  const others = (['server', 'database'] as const).map((role) => userOf(freehold.pid(role)));
  expect(root).toEqual([0, 0]);
  expect(others[0]).toBeGreaterThan(0);
  expect(others[0]).toBe(others[1]);
});

test('ready.json and initial-admin.json hold what scripts need, for nobody else to read', async () => {
  const { api, http } = freehold.ports;
  const ready = { api: `http://127.0.0.1:${api}`, pid: freehold.pid('launcher') };
  const demo = { app: expect.stringMatching(/^app_[a-z0-9]{20}$/), url: `http://localhost:${http}/` };
  expect(JSON.parse(readFileSync(home.ready, 'utf8'))).toEqual({ ...ready, demo });
  expect(JSON.parse(readFileSync(home.initialAdmin, 'utf8'))).toEqual({
    email: expect.stringContaining('@'),
    password: expect.stringMatching(/^\w{20}$/),
    token: expect.stringMatching(/^fh_\w{40}$/),
  });
  const modes = [home.ready, home.initialAdmin].map((path) => [statSync(path).mode & 0o777, statSync(path).uid]);
  expect(modes).toEqual([
    [0o600, 0],
    [0o600, 0],
  ]);
  const { email, password } = freehold.admin;
  expect((await freehold.client.signIn(email, password)).account.email).toBe(email);
});

test('Ctrl-C ends every process that it started', async () => {
  operations = await freehold.client.listOperations();
  await freehold.stop();
  expect([findProcessesOf(home.path), existsSync(home.ready)]).toEqual([[], false]);
  expect(freehold.words).toContain('\nStopped.\n');
});

test('the second `npm start` changes nothing', async () => {
  const users = accountsOf(home.path);
  figure('second `npm start`', await freehold.start());
  const [node] = await freehold.client.listNodes();
  expect(node?.lastSweep).toMatchObject({ changes: 0, owners: 2 });
  expect(await freehold.client.listOperations()).toEqual(operations);
  expect(accountsOf(home.path)).toEqual(users);
  expect((await freehold.site('localhost')).status).toBe(200);
  expect(freehold.counts()).toEqual(ONE_OF_EACH);
  expect(freehold.words).not.toContain(freehold.admin.password);
});

test('whoever ends npm alone, as service managers do, ends everything too', async () => {
  freehold.run.kill('SIGTERM');
  await freehold.run.ended;
  expect([findProcessesOf(home.path), existsSync(home.ready)]).toEqual([[], false]);
});
