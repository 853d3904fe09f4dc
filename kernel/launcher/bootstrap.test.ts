import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fingerprintOf, prepareBootstrap } from './bootstrap.ts';
import { type Home, homeAt } from './home.ts';
import { readJsonFile } from './json-file.ts';
import { saveState } from './state-file.ts';

let home: Home;
beforeEach(async () => {
  home = homeAt(await mkdtemp(join(tmpdir(), 'freehold-')));
  for (const folder of [home.launcher, home.agent, home.server]) await mkdir(folder);
});
afterEach(() => rm(home.path, { recursive: true }));

const embedded = { fingerprint: fingerprintOf(undefined), created: false };
const own = { fingerprint: fingerprintOf('postgresql://a:b@db/freehold'), created: false };
const prepare = (database: typeof embedded) => prepareBootstrap({ home, account: undefined }, database);
const handed = () => readJsonFile<Record<string, unknown>>(join(home.server, 'bootstrap.json'));

/** What server and agent do with it. */
async function take(bootstrap: Awaited<ReturnType<typeof prepare>>): Promise<void> {
  await rm(join(home.server, 'bootstrap.json'), { force: true });
  await bootstrap.done();
  await writeFile(join(home.agent, 'state.db'), '');
  await saveState(home, { enrolled: true });
}

test('the first start makes an administrator and hands him over with the node', async () => {
  const { first, admin } = await prepare({ ...embedded, created: true });
  const node = { name: 'local', enrolmentToken: expect.stringMatching(/^\w{40}$/) };
  expect([first, await handed()]).toEqual([true, { admin, node }]);
  expect(admin).toEqual({
    email: 'admin@freehold.localhost',
    password: expect.stringMatching(/^\w{20}$/),
    token: expect.stringMatching(/^fh_\w{40}$/),
  });
  expect((await stat(home.initialAdmin)).mode & 0o777).toBe(0o600);
  const token = await readJsonFile(join(home.agent, 'enrolment.json'));
  expect(token).toEqual({ token: ((await handed()) as { node: { enrolmentToken: string } }).node.enrolmentToken });
});

test('a first start that was cut off hands over the same administrator again', async () => {
  const { admin } = await prepare({ ...embedded, created: true });
  expect((await prepare(embedded)).admin).toEqual(admin);
});

test('later nothing is handed over: a token that was revoked does not come back', async () => {
  await take(await prepare({ ...embedded, created: true }));
  expect((await prepare(embedded)).first).toBe(false);
  expect(await handed()).toBeUndefined();
});

test('the file of the administrator may be deleted', async () => {
  await take(await prepare({ ...embedded, created: true }));
  await rm(home.initialAdmin);
  expect((await prepare(embedded)).admin).toBeUndefined();
  await expect(readFile(home.initialAdmin)).rejects.toThrow('ENOENT');
});

test('an agent that was killed before it had enrolled gets a new token', async () => {
  await take(await prepare({ ...embedded, created: true }));
  await saveState(home, { enrolled: false });
  await prepare(embedded);
  expect(Object.keys((await handed()) ?? {})).toEqual(['node']);
});

test('an agent that lost its memory enrols anew, and the administrator stays as he is', async () => {
  await take(await prepare({ ...embedded, created: true }));
  await rm(join(home.agent, 'state.db'));
  await prepare(embedded);
  expect(Object.keys((await handed()) ?? {})).toEqual(['node']);
});

test('an empty database under an agent that serves websites is refused, also the second time', async () => {
  await take(await prepare({ ...embedded, created: true }));
  await expect(prepare({ ...embedded, created: true })).rejects.toMatchObject({ problem: { code: 'database-lost' } });
  await expect(prepare(embedded)).rejects.toMatchObject({ problem: { code: 'database-lost' } });
});

test('from a database of your own to the embedded one and back', async () => {
  await take(await prepare(own));
  await expect(prepare({ ...embedded, created: true })).rejects.toMatchObject({ problem: { code: 'database-lost' } });
});

test('a database that was moved to another place is taken', async () => {
  await take(await prepare(own));
  const moved = await prepare({ ...own, fingerprint: fingerprintOf('postgresql://a:b@other/freehold') });
  expect(moved.first).toBe(true);
});

test.each([
  ['postgresql://a:b@db/x', 'postgresql://c:d@db/x', true],
  ['postgresql://a@db/x', 'postgresql://a@db:5433/x', false],
  ['postgresql://a@db/x', 'postgresql://a@db/y', false],
  ['postgresql://a@localhost/x?host=/a', 'postgresql://a@localhost/x?host=/b', false],
])('%s and %s: the same database: %s', (one, other, same) => {
  expect(fingerprintOf(one) === fingerprintOf(other)).toBe(same);
});
