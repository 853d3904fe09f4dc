import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, takeDatabase } from '../testing/database.ts';

const TOKEN = `fh_${'a'.repeat(40)}`;
const ENROLMENT = 'e'.repeat(40);
const bootstrap = {
  admin: { email: 'admin@freehold.test', password: 'correct horse', token: TOKEN },
  node: { name: 'local', enrolmentToken: ENROLMENT },
};

let database: TestDatabase;
let home: string;
let running: ChildProcess[] = [];
beforeEach(async () => {
  database = await takeDatabase();
  home = await mkdtemp(join(tmpdir(), 'fh-'));
});
afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await Promise.all(running.map(async (child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
  running = [];
  await rm(home, { recursive: true, force: true });
  await database.release();
});

function start(environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      PATH: process.env.PATH,
      FREEHOLD_HOME: home,
      FREEHOLD_PORT: '0',
      DATABASE_URL: database.url,
      FREEHOLD_PROGRAM: home,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const errors = text(child.stderr);
  const ready = new Promise<{ api: string }>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (line: string) => resolve(JSON.parse(line)));
    child.once('exit', async () => reject(new Error(await errors)));
  });
  ready.catch(() => undefined);
  return { child, ready, errors };
}

const stop = async (child: ChildProcess) => {
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  return code;
};
const get = async (api: string, path: string) =>
  (await fetch(api + path, { headers: { authorization: `Bearer ${TOKEN}` } })).json() as Promise<Record<string, never>>;

function enrol(): Promise<{ status: number; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  const socketPath = join(home, 'server/exchange.sock');
  const call = request(
    { socketPath, path: '/exchange/enrol', method: 'POST', headers: { 'content-type': 'application/json' } },
    async (response) => resolve({ status: response.statusCode ?? 0, body: await text(response) }),
  );
  call.once('error', reject);
  call.end(JSON.stringify({ token: ENROLMENT, hostname: 'x' }));
  return promise;
}

describe('the server as a process', () => {
  test('says when it is ready, takes the bootstrap in once, answers on both its doors, and ends when told', async () => {
    await mkdir(join(home, 'server'));
    await writeFile(join(home, 'server/bootstrap.json'), JSON.stringify(bootstrap));
    const first = start();
    const { api } = await first.ready;
    expect(await get(api, '/ready')).toEqual({ status: 'ok' });
    expect(await get(api, '/v1/session')).toMatchObject({ account: { email: bootstrap.admin.email } });
    await expect(stat(join(home, 'server/bootstrap.json'))).rejects.toThrow('ENOENT');
    expect((await stat(join(home, 'server/exchange.sock'))).mode & 0o777).toBe(0o600);
    expect(await enrol()).toMatchObject({ status: 200 });
    expect(await stop(first.child)).toBe(0);

    const second = start();
    const again = await second.ready;
    expect(await get(again.api, '/v1/nodes')).toMatchObject({ items: [{ name: 'local' }] });
    second.child.kill('SIGKILL');
    await once(second.child, 'exit');

    const third = start();
    await third.ready;
    expect(await stop(third.child)).toBe(0);
    expect(await first.errors).not.toContain(TOKEN);
  }, 40_000);

  test('says what is wrong with its environment, and with its database, and ends', async () => {
    const unconfigured = start({ DATABASE_URL: '', FREEHOLD_PORT: 'x' });
    expect(await unconfigured.errors).toMatch(/FREEHOLD_PORT is "x".*DATABASE_URL is missing/s);
    const nowhere = start({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/x' });
    expect(await nowhere.errors).toMatch(/ECONNREFUSED|connect/);
    await expect(unconfigured.ready).rejects.toThrow();
    await expect(nowhere.ready).rejects.toThrow();
  }, 20_000);

  test('does not start on the database of a newer version, and says what to do', async () => {
    await database.store.pool.query(
      `insert into public.freehold_migration (name, executed_at) values ('0002-wider', now()), ('9999-newest', now())`,
    );
    const { child, errors } = start();
    const [code] = await once(child, 'exit');
    await database.store.pool.query(
      `delete from public.freehold_migration where name in ('0002-wider', '9999-newest')`,
    );
    expect(code).toBe(1);
    const words = (await errors).split('\n');
    expect(words[0]).toMatch(/^The database is that of a newer Freehold: it has 0002-wider, 9999-newest, and this/);
    expect(words[1]).toMatch(/^Nothing was changed\. Start the newer program again, or restore a backup/);
  }, 20_000);

  test('keeps its key between starts, readable for itself only', async () => {
    const first = start();
    await first.ready;
    const key = await readFile(join(home, 'server/secret.key'), 'utf8');
    expect((await stat(join(home, 'server/secret.key'))).mode & 0o777).toBe(0o600);
    await stop(first.child);
    const second = start();
    await second.ready;
    expect(await readFile(join(home, 'server/secret.key'), 'utf8')).toBe(key);
    await stop(second.child);
  }, 30_000);
});
