import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadBinaries, placeBinaries } from './binaries.ts';
import { type Cluster, ensureDatabase, startCluster } from './cluster.ts';

let folder: string;
const started: Cluster[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pg-'));
  execFileSync('chmod', ['711', folder]);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((cluster) => cluster.stop()));
  await rm(folder, { recursive: true, force: true });
});

const options = () => ({ data: join(folder, 'data'), run: join(folder, 'run'), user: 'nobody', throwaway: true });
const start = async (more = {}) => {
  const cluster = await startCluster({ ...options(), ...more });
  started.push(cluster);
  return cluster;
};
const query = async (cluster: Cluster, sql: string) => {
  const client = new pg.Client({ connectionString: cluster.url('postgres') });
  await client.connect();
  return client.query(sql).finally(() => client.end());
};
const isRunning = (pid: number) =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    (text) => !/\) [ZX] /.test(text),
    () => false,
  );
const until = async (check: () => Promise<boolean>) => {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 10));
};

test('a cluster is made by its first start and found by the next ones', async () => {
  const first = await start();
  expect(first.created).toBe(true);
  await ensureDatabase(first.url('postgres'), 'kept');
  await first.stop();
  expect(await first.exited).toBe(0);
  const second = await start();
  expect(second.created).toBe(false);
  await ensureDatabase(second.url('postgres'), 'kept');
  expect((await query(second, `select datname from pg_database where datname = 'kept'`)).rowCount).toBe(1);
});

test('it speaks UTF-8, listens on its socket only, and nobody else can enter its folders', async () => {
  const cluster = await start();
  const { rows } = await query(
    cluster,
    `select current_setting('server_encoding') as encoding, current_setting('listen_addresses') as addresses`,
  );
  expect(rows).toEqual([{ encoding: 'UTF8', addresses: '' }]);
  for (const name of ['data', 'run']) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o700);
  const status = await readFile(`/proc/${cluster.pid}/status`, 'utf8');
  expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).not.toBe('0');
});

test('an initdb that was cut off is begun anew', async () => {
  await start().then((cluster) => cluster.stop());
  await rm(join(folder, 'data'), { recursive: true });
  execFileSync('mkdir', [join(folder, 'data.new')]);
  await writeFile(join(folder, 'data.new/PG_VERSION'), 'half');
  expect((await start()).created).toBe(true);
  expect(await readdir(folder)).not.toContain('data.new');
});

test('it ends when whoever started it is killed, and the next start recovers', async () => {
  const script = `import { startCluster } from ${JSON.stringify(join(import.meta.dirname, 'cluster.ts'))};
    const cluster = await startCluster(${JSON.stringify(options())});
    console.log(cluster.pid);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const pid = Number(line);
  expect(await isRunning(pid)).toBe(true);
  child.kill('SIGKILL');
  await until(async () => !(await isRunning(pid)));
  const cluster = await start();
  expect((await query(cluster, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('a postmaster that was killed is replaced, even while its children are still there', async () => {
  const first = await start();
  process.kill(first.pid, 'SIGKILL');
  const second = await start();
  expect((await query(second, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('one that still serves the folder is ended first; a stranger with its pid is left alone', async () => {
  const first = await start();
  const second = await start();
  expect(await isRunning(first.pid)).toBe(false);
  await second.stop();
  await writeFile(join(folder, 'data/postmaster.pid'), `${process.pid}\n${join(folder, 'data')}\n`);
  await start();
});

test('what keeps it from starting is said in its own words', async () => {
  await start().then((cluster) => cluster.stop());
  await writeFile(join(folder, 'data/postgresql.conf'), 'nonsense = on\n');
  await expect(start()).rejects.toThrow(/PostgreSQL did not start: .*nonsense/);
});

test('a socket folder whose path is too long is refused', async () => {
  await expect(start({ run: join(folder, 'x'.repeat(90)) })).rejects.toThrow('too long for a unix socket');
});

test.runIf(process.getuid?.() === 0)('root needs to name an account, one that exists', async () => {
  await expect(start({ user: undefined })).rejects.toThrow('does not run as root');
  await expect(start({ user: 'root' })).rejects.toThrow('does not run as root');
  await expect(start({ user: 'no-such-user' })).rejects.toThrow('no unix user no-such-user');
});

test.runIf(process.getuid?.() === 0)(
  'programs that the account cannot reach are copied to where it can, once',
  async () => {
    const account = { uid: 65_534, gid: 65_534 };
    const { initdb } = await loadBinaries(account);
    const [hidden, stage] = [join(folder, 'hidden'), join(folder, 'stage')];
    await mkdir(hidden, { mode: 0o700 });
    execFileSync('cp', ['-r', '--reflink=auto', join(initdb, '../..'), join(hidden, 'native')]);
    const place = (more = {}) => placeBinaries(join(hidden, 'native'), { account, ...more });
    await expect(place()).rejects.toThrow('cannot run the programs');
    const placed = await Promise.all([place({ stage }), place({ stage })]);
    expect(placed.map((one) => one.postgres)).toEqual([join(stage, 'bin/postgres'), join(stage, 'bin/postgres')]);
    expect(await readdir(folder)).toEqual(['hidden', 'stage']);
  },
);

test('several clusters run side by side', async () => {
  const other = await mkdtemp(join(tmpdir(), 'pg-'));
  execFileSync('chmod', ['711', other]);
  try {
    const clusters = await Promise.all([start(), start({ data: join(other, 'data'), run: join(other, 'run') })]);
    const answers = await Promise.all(clusters.map((cluster) => query(cluster, 'show unix_socket_directories')));
    expect(new Set(answers.map(({ rows }) => rows[0].unix_socket_directories)).size).toBe(2);
    await Promise.all(started.splice(0).map((cluster) => cluster.stop()));
  } finally {
    await rm(other, { recursive: true, force: true });
  }
});
