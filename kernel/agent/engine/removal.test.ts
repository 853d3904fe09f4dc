import { archive, command, dataset, directory, file, link, log, type Resource, user } from '@freehold/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedBench } from '../testing/bench.ts';
import { packed, sha256Of } from '../testing/packed.ts';

const APP = 'app:one';
const release = await packed({ 'index.html': 'hello' });

let bench: SimulatedBench;
let site: string;

beforeEach(() => {
  bench = new SimulatedBench({ uploads: { [sha256Of(release)]: release } });
  site = bench.site('one');
});

function resources(): Resource[] {
  return [
    directory({ path: site, mode: '0711' }),
    user({ name: 'one', home: site }),
    dataset({ id: 'files', title: 'Files', files: { path: `${site}/files`, owner: 'one' } }),
    directory({ path: `${site}/files/releases` }),
    archive({
      path: `${site}/files/releases/1`,
      source: 'upload',
      sha256: sha256Of(release),
      format: 'tar',
      owner: 'one',
    }),
    link({ path: `${site}/files/current`, target: 'releases/1' }),
    directory({ path: `${site}/tmp`, owner: 'one' }),
    log({ id: 'access', title: 'Access', path: `${site}/access.log` }),
  ];
}

function trashed(path: RegExp): string[] {
  return Object.entries(bench.machine.snapshot().files)
    .filter(([name]) => name.includes('/agent/trash/') && path.test(name))
    .map(([, facts]) => facts);
}

describe('the removal of an app', () => {
  it('ends its processes, removes its user, and keeps its data in the trash', async () => {
    await bench.apply(APP, resources());
    bench.machine.disk.writeFile(`${site}/files/upload.jpg`, 'picture', { uid: bench.firstUid, gid: bench.firstUid });
    bench.machine.disk.writeFile(`${site}/access.log`, 'GET /\n');
    bench.machine.disk.writeFile(`${site}/tmp/session`, 'x');
    bench.machine.processes.running.set(77, bench.firstUid);
    const report = await bench.remove(APP);
    expect(report.outcome).toEqual({ kind: 'inSync' });
    expect(bench.machine.processes.running.size).toBe(0);
    expect(bench.machine.accounts.users.has('one')).toBe(false);
    expect(bench.machine.disk.find(site)).toBeUndefined();
    expect(trashed(/files\/.*content\/upload\.jpg$/)).toEqual([
      `file 0644 ${bench.firstUid}:${bench.firstUid} picture`,
    ]);
    expect(trashed(/left-over.*access\.log$/)).toEqual(['file 0640 0:0 GET /\n']);
    expect(trashed(/left-over.*session$/)).toHaveLength(1);
    expect(trashed(/manifest\.json$/)[0]).toContain('"dataset": "files"');
    expect(bench.store.inventory.ofOwner(APP)).toEqual([]);
  });

  it('of what was never applied is in order', async () => {
    expect((await bench.remove(APP)).outcome).toEqual({ kind: 'inSync' });
    expect((await bench.remove(APP, { purge: true })).outcome).toEqual({ kind: 'inSync' });
  });

  it('is tried again when a process does not end, and keeps what it could not remove', async () => {
    await bench.apply(APP, resources());
    bench.machine.processes.running.set(77, bench.firstUid);
    bench.machine.processes.stuck.add(77);
    expect((await bench.remove(APP)).outcome).toMatchObject({ kind: 'retry', reason: 'RemovalIncomplete' });
    expect(bench.machine.accounts.users.has('one')).toBe(true);
    bench.machine.processes.stuck.clear();
    expect((await bench.remove(APP)).outcome).toEqual({ kind: 'inSync' });
    expect(bench.machine.accounts.users.has('one')).toBe(false);
  });

  it('runs the remove of its commands', async () => {
    await bench.apply(APP, [command({ id: 'db', argv: ['create'], onlyAfter: ['x:y'], remove: ['drop'] })]);
    await bench.remove(APP);
    expect(bench.machine.commands.runs.map(({ argv }) => argv[0])).toEqual(['create', 'drop']);
  });

  it('leaves foreign content alone outside of the sites', async () => {
    const folder = `${bench.home}/node/config/web`;
    await bench.apply('role:web', [directory({ path: folder })]);
    bench.machine.disk.writeFile(`${folder}/admin.conf`, 'mine');
    const report = await bench.remove('role:web');
    expect(report.outcome).toEqual({ kind: 'inSync' });
    expect(report.steps[0]?.output).toContain('stays');
    expect(bench.machine.disk.readFile(`${folder}/admin.conf`)).toBe('mine');
    expect(bench.store.inventory.ofOwner('role:web')).toEqual([]);
  });
});

describe('an app that comes back from the trash', () => {
  it('has its data, its releases and the number of its user again', async () => {
    await bench.apply(APP, resources());
    await bench.apply('app:two', [user({ name: 'two', home: '/srv' })]);
    bench.machine.disk.writeFile(`${site}/files/upload.jpg`, 'picture', { uid: bench.firstUid, gid: bench.firstUid });
    await bench.remove(APP);
    await bench.apply('app:three', [user({ name: 'three', home: '/srv' })]);
    const planned = await bench.plan(APP, resources());
    const report = await bench.apply(APP, resources());
    expect(report.outcome).toEqual({ kind: 'inSync' });
    expect(report.steps.map(({ resource }) => resource)).toEqual(planned.changes.map(({ resource }) => resource));
    expect(report.steps.map(({ resource }) => resource)).toEqual([
      `directory:${site}`,
      'user:one',
      'dataset:files',
      `directory:${site}/tmp`,
      'log:access',
    ]);
    expect(bench.machine.accounts.users.get('one')?.uid).toBe(bench.firstUid);
    expect(bench.machine.disk.readFile(`${site}/files/upload.jpg`)).toBe('picture');
    expect(bench.machine.disk.readFile(`${site}/files/current/index.html`)).toBe('hello');
    expect(bench.machine.disk.list(`${bench.home}/agent/trash/app-one/files`)).toEqual([]);
    expect((await bench.plan(APP, resources())).changes).toEqual([]);
  });

  it('leaves what was there in the trash when it fails', async () => {
    await bench.apply(APP, resources());
    await bench.remove(APP);
    bench.machine.script('false', () => ({ code: 1 }));
    const before = bench.machine.snapshot();
    await bench.apply(APP, [...resources(), command({ id: 'fail', argv: ['false'], unless: ['false'] })]);
    expect(bench.machine.snapshot()).toEqual(before);
    expect((await bench.apply(APP, resources())).outcome).toEqual({ kind: 'inSync' });
  });

  it('gets a dataset back that a former version did not declare', async () => {
    await bench.apply(APP, resources());
    bench.machine.disk.writeFile(`${site}/files/upload.jpg`, 'picture');
    await bench.apply(
      APP,
      resources().filter(({ id }) => !id.includes('files')),
    );
    expect(bench.machine.disk.find(`${site}/files`)).toBeUndefined();
    await bench.apply(APP, resources());
    expect(bench.machine.disk.readFile(`${site}/files/upload.jpg`)).toBe('picture');
  });
});

describe('the trash', () => {
  it('is destroyed by the purge, and the number of the user is free again', async () => {
    await bench.apply(APP, resources());
    await bench.remove(APP);
    expect(bench.store.accounts.isReserved(bench.firstUid)).toBe(true);
    expect((await bench.remove(APP, { purge: true })).outcome).toEqual({ kind: 'inSync' });
    expect(bench.machine.disk.list(`${bench.home}/agent/trash`)).toEqual([]);
    expect(bench.store.accounts.isReserved(bench.firstUid)).toBe(false);
  });

  it('is emptied of what a living app left there, after the retention time, and not before', async () => {
    await bench.apply(APP, resources());
    bench.machine.disk.writeFile(`${site}/access.log`, 'x');
    await bench.apply(
      APP,
      resources().filter(({ type }) => type !== 'log'),
    );
    await bench.sweep();
    expect(trashed(/access\.log$/)).toHaveLength(1);
    await bench.machine.clock.advance(3_601_000);
    await bench.sweep();
    expect(trashed(/access\.log$/)).toEqual([]);
  });

  it('keeps the data of a removed app for as long as nobody purges it', async () => {
    await bench.apply(APP, resources());
    await bench.remove(APP);
    await bench.machine.clock.advance(100 * 86_400_000);
    await bench.sweep();
    expect(trashed(/manifest\.json$/)).toHaveLength(1);
  });
});

describe('data that a program keeps', () => {
  let database: Map<string, string>;

  beforeEach(() => {
    database = new Map();
    const { machine } = bench;
    machine.script('create', ({ argv }) => void database.set(argv[1] ?? '', 'empty'));
    machine.script('exists', ({ argv }) => ({ code: database.has(argv[1] ?? '') ? 0 : 1 }));
    machine.script('drop', ({ argv }) => void database.delete(argv[1] ?? ''));
    machine.script('dump', ({ argv }) => database.get(argv[1] ?? '') ?? { code: 1, stderr: 'no such database' });
    machine.script('restore', ({ argv, input }) => void database.set(argv[1] ?? '', input));
  });

  const withDatabase = () => [
    command({
      id: 'db',
      argv: ['create', 'one'],
      unless: ['exists', 'one'],
      undo: ['drop', 'one'],
      remove: ['drop', 'one'],
    }),
    dataset({ id: 'db', title: 'Database', program: { dump: ['dump', 'one'], restore: ['restore', 'one'], env: {} } }),
  ];

  it('is dumped before it is removed, and comes back', async () => {
    await bench.apply(APP, withDatabase());
    database.set('one', 'precious');
    await bench.remove(APP);
    expect(database.size).toBe(0);
    expect(trashed(/dump$/)).toEqual(['file 0600 0:0 precious']);
    const report = await bench.apply(APP, withDatabase());
    expect(report.outcome).toEqual({ kind: 'inSync' });
    expect(database.get('one')).toBe('precious');
    expect(trashed(/dump$/)).toEqual([]);
  });

  it('stops the removal when it cannot be dumped: nothing is lost', async () => {
    await bench.apply(APP, [...withDatabase(), file({ path: `${bench.home}/node/config/one.conf`, content: 'x' })]);
    bench.machine.script('dump', () => ({ code: 1, stderr: 'disk error' }));
    const before = bench.machine.snapshot();
    const report = await bench.remove(APP);
    expect(report.outcome).toMatchObject({
      kind: 'failed',
      reason: 'DumpFailed',
      message: 'dump ended with 1: disk error',
    });
    expect(database.get('one')).toBe('empty');
    expect(withoutTrash(bench.machine.snapshot().files)).toEqual(withoutTrash(before.files));
    expect(trashed(/dump$/)).toEqual([]);
  });

  it('is put back into the trash when the restore fails', async () => {
    await bench.apply(APP, withDatabase());
    database.set('one', 'precious');
    await bench.remove(APP);
    bench.machine.script('restore', () => ({ code: 1 }));
    expect((await bench.apply(APP, withDatabase())).outcome).toMatchObject({ kind: 'failed', reason: 'RestoreFailed' });
    expect(trashed(/dump$/)).toEqual(['file 0600 0:0 precious']);
    expect(database.size).toBe(0);
  });
});

function withoutTrash(files: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.includes('/agent/trash')));
}
