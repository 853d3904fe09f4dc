import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { figure, timed } from './installation/figures.ts';
import { findProcessesOf, type Role } from './installation/processes.ts';
import { accountsOf, killAll } from './installation/remains.ts';
import { Installation, ONE_OF_EACH } from './installation.ts';

/** `kill -9` of each process: what does not put itself right is put right by the next start. */

const freehold = new Installation({ demo: true });

beforeAll(() => freehold.start());
afterAll(() => freehold.remove());

const isWhole = async () => {
  const answer = await freehold.site('localhost').catch(() => undefined);
  return { ...freehold.counts(), site: answer?.status, ready: existsSync(freehold.home.ready) };
};

const WHOLE = { ...ONE_OF_EACH, site: 200, ready: true };

test.each<Role>(['server', 'agent', 'database', 'nginx', 'php'])('the %s runs again by itself', async (role) => {
  const before = freehold.pid(role);
  process.kill(before, 'SIGKILL');
  const [, took] = await timed(async () => {
    await expect
      .poll(() => freehold.roles()[role].filter((pid) => pid !== before), { timeout: 60_000 })
      .toHaveLength(1);
    await expect.poll(isWhole, { timeout: 60_000 }).toEqual(WHOLE);
  });
  figure(`until all is well again after kill -9 of the ${role}`, took);
  const { operation } = await freehold.client.changeApp(`${freehold.ready.demo?.app}`, { spec: { workers: 4 } });
  await freehold.settle({ operation });
});

test('when the launcher is killed the others end, and the next start finds everything as it was', async () => {
  const [users, { pid }] = [accountsOf(freehold.home.path), freehold.ready];
  process.kill(freehold.pid('launcher'), 'SIGKILL');
  await freehold.run.ended;
  figure('start after kill -9 of the launcher', await freehold.start());
  expect(freehold.ready.pid).not.toBe(pid);
  expect(await isWhole()).toEqual(WHOLE);
  expect(accountsOf(freehold.home.path)).toEqual(users);
});

test('after all of them were killed at once the next start puts everything right', async () => {
  const users = accountsOf(freehold.home.path);
  killAll(freehold.home.path);
  await freehold.run.ended;
  figure('start after kill -9 of everything', await freehold.start());
  expect(await isWhole()).toEqual(WHOLE);
  expect(accountsOf(freehold.home.path)).toEqual(users);
  const [node] = await freehold.client.listNodes();
  expect(node?.lastSweep).toMatchObject({ changes: 0 });
});

test('Ctrl-C ends everything also while the agent is down and its services run on', async () => {
  process.kill(freehold.pid('agent'), 'SIGKILL');
  await freehold.stop();
  expect(findProcessesOf(freehold.home.path)).toEqual([]);
  await freehold.start();
  expect(await isWhole()).toEqual(WHOLE);
});

test('a second launcher for the same data folder is refused, and says who runs', async () => {
  const second = freehold.freehold('start');
  const { code } = await second.ended;
  expect([code, second.stderr]).toEqual([5, expect.stringContaining(`process ${freehold.ready.pid}`)]);
  expect(await isWhole()).toEqual(WHOLE);
});
