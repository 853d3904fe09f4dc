import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../kernel/cli/api-types.ts';
import { figure, timed } from './installation/figures.ts';
import { appsNamedIn, findStrangers, readInventory, walkMachine } from './installation/machine-walk.ts';
import { Installation } from './installation.ts';

/** The agent is killed at random moments while it makes and removes a hundred sites. Afterwards the machine is as if nothing had been. */

const freehold = new Installation();
const NUMBER = 100;
const names = Array.from({ length: NUMBER }, (_, index) => `site-${index}`);
let apps: App[] = [];

beforeAll(() => freehold.start());
afterAll(() => freehold.remove());

/** `kill -9` each time so many operations have ended, and a random moment later. */
async function killAt(counts: readonly number[], work: () => Promise<unknown>): Promise<void> {
  const stop = new AbortController();
  const events = freehold.client.followEvents({ types: 'operation.finished' }, stop.signal);
  const first = events.next();
  await work();
  const left = [...counts].sort((a, b) => a - b);
  try {
    for (let [next, ended] = [first, 1]; left.length > 0; [next, ended] = [events.next(), ended + 1]) {
      if ((await next).done) throw new Error('The events ended too early.');
      if (ended < (left[0] ?? 0)) continue;
      await new Promise((resolve) => setTimeout(resolve, randomInt(100)));
      const [agent] = freehold.roles().agent;
      if (agent !== undefined) process.kill(agent, 'SIGKILL');
      left.shift();
    }
  } finally {
    stop.abort();
  }
}

const randomCounts = (number: number, below: number) => Array.from({ length: number }, () => randomInt(1, below));
const list = (lifecycle: App['lifecycle']) => freehold.client.listApps({ lifecycle });
const readiness = (found: readonly App[]) =>
  found
    .map(({ conditions }) => conditions.find(({ type }) => type === 'Ready'))
    .filter((one) => one?.status !== 'True');

test(`${NUMBER} sites converge, although the agent is killed again and again meanwhile`, async () => {
  const counts = randomCounts(5, NUMBER * 0.9);
  const [, took] = await timed(async () => {
    await killAt(counts, () =>
      Promise.all(
        names.map((name, index) => {
          const type = index % 4 === 0 ? 'static-site' : 'php-site';
          return freehold.client.createApp({ type, name, spec: { hostnames: [`${name}.example`] } });
        }),
      ),
    );
    await expect.poll(async () => readiness(await list('present')), { timeout: 150_000, interval: 500 }).toEqual([]);
  });
  apps = await list('present');
  expect(apps).toHaveLength(NUMBER);
  figure(`${NUMBER} sites, the agent killed after ${counts.sort((a, b) => a - b).join(', ')} of them`, took);
});

test('every one of them is served, and nothing differs from what is wanted', async () => {
  const statuses = await Promise.all(names.map(async (name) => (await freehold.site(`${name}.example`)).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
  const [node] = await freehold.client.listNodes();
  expect(await freehold.client.checkNode(`${node?.id}`)).toMatchObject({ owners: NUMBER + 1, changes: 0 });
});

test('sixty of them are removed, while the agent is killed again and again', async () => {
  const gone = apps.slice(0, 60);
  const counts = randomCounts(3, 50);
  const [, took] = await timed(async () => {
    await killAt(counts, () => Promise.all(gone.map(({ id }) => freehold.client.removeApp(id))));
    const removed = async () => (await list('removed')).filter(({ conditions }) => isGone(conditions)).length;
    await expect.poll(removed, { timeout: 150_000, interval: 500 }).toBe(60);
  });
  figure(`60 removals, the agent killed after ${counts.sort((a, b) => a - b).join(', ')} of them`, took);
});

function isGone(conditions: App['conditions']): boolean {
  return conditions.some(({ type, reason }) => type === 'Ready' && reason === 'Removed');
}

test('a walk of the machine finds what the apps need, and nothing that no app owns', async () => {
  const [present, removed] = [await list('present'), await list('removed')];
  const ids = present.map(({ id }) => id).sort();
  const found = walkMachine(
    freehold.home,
    [...present, ...removed].map(({ id }) => id),
  );
  expect([found.users, found.groups, appsNamedIn(found.paths)]).toEqual([ids, ids, ids]);
  expect(found.hostnames).toEqual(present.map(({ name }) => `${name}.example`).sort());

  await freehold.stop();
  const inventory = readInventory(
    freehold.home,
    removed.map(({ id }) => `app:${id}`),
  );
  expect(inventory.owners).toEqual([...ids.map((id) => `app:${id}`), 'role:nginx-php']);
  expect([...inventory.paths].filter((path) => !found.paths.includes(path))).toEqual([]);
  expect(findStrangers(found, inventory)).toEqual([]);
  expect(inventory.openJournals).toBe(0);
  expect(inventory.trash).toEqual(removed.map(({ id }) => `app:${id}`));
  figure(
    'the walk',
    `${found.users.length} users, ${found.paths.length} paths, ${inventory.paths.size} of them in the inventory`,
  );
});
