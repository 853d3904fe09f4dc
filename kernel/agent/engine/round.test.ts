import { command, directory, file, fragment, type Resource, service } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedBench } from '../testing/bench.ts';

const CONFIG = '/var/lib/freehold/node/config';
const SITES = `${CONFIG}/web/sites`;

let bench: SimulatedBench;
/** What the web server serves: the files as they were at its last start or reload. */
let served: string[];
let validations: number;

beforeEach(async () => {
  bench = new SimulatedBench();
  served = [];
  validations = 0;
  const { machine } = bench;
  const read = () => machine.disk.list(SITES).map((name) => `${name}: ${machine.disk.readFile(`${SITES}/${name}`)}`);
  machine.script('web', ({ argv }) => {
    if (argv[1] !== '-t') return undefined;
    validations++;
    const bad = read().filter((line) => line.includes('bad'));
    const names = bad.filter((line) => line.includes('named')).map((line) => `in ${SITES}/${line.split(':')[0]}`);
    return bad.length > 0 ? { code: 1, stderr: `unknown directive "bad" ${names.join(' ')}` } : undefined;
  });
  const load = () => {
    if (read().some((line) => line.includes('crash'))) return 'segmentation fault';
    served = read();
    return undefined;
  };
  machine.daemon('web', { start: load, signal: load, listens: () => [] });
  expect((await bench.apply('role:web', webRole())).outcome).toEqual({ kind: 'inSync' });
  machine.services.history.length = 0;
  validations = 0;
});

function webRole(changes: Partial<Parameters<typeof service>[0]> = {}): Resource[] {
  return [
    directory({ path: `${CONFIG}/web` }),
    directory({ path: SITES }),
    service({
      name: 'web',
      argv: ['web', '-f'],
      validate: ['web', '-t'],
      reloadSignal: 'SIGHUP',
      reloadAfter: [`${SITES}/*`],
      ...changes,
    }),
  ];
}

function site(name: string, content: string): Resource[] {
  return [file({ path: `${SITES}/${name}.conf`, content })];
}

function applyAll(contents: Readonly<Record<string, string>>) {
  const work = Object.entries(contents).map(([name, content]) => bench.applyWork(`app:${name}`, site(name, content)));
  return bench.doAll(work);
}

describe('a commit round', () => {
  it('takes a hundred owners to the service with a few validations and reloads', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `s${index}`);
    const reports = await applyAll(Object.fromEntries(names.map((name) => [name, 'good'])));
    expect(reports.every(({ outcome }) => outcome.kind === 'inSync')).toBe(true);
    expect(served).toHaveLength(100);
    expect(bench.machine.services.history.length).toBeLessThan(5);
    expect(validations).toBe(bench.machine.services.history.length);
  });

  it('tells each owner that it was reloaded, and together with how many', async () => {
    const reports = await applyAll({ a: 'good', b: 'good' });
    expect(reports[0]?.steps.at(-1)).toMatchObject({
      resource: 'service:web',
      action: 'reload',
      summary: 'reloaded, together for 2 owners',
      state: 'done',
    });
  });

  it.each([
    ['the message names the file', 'bad named', 4],
    ['the message names nobody', 'bad', 11],
  ])('undoes and blames the one whose configuration is refused when %s', async (_, content, most) => {
    const others = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`good${index}`, 'good']));
    const reports = await applyAll({ ...others, guilty: content });
    const guilty = reports.at(-1);
    expect(guilty?.outcome).toMatchObject({ kind: 'failed', reason: 'ConfigurationRefused' });
    expect(guilty?.outcome).toHaveProperty('message', expect.stringContaining('unknown directive "bad"'));
    expect(guilty?.steps).toMatchObject([{ resource: `file:${SITES}/guilty.conf`, state: 'undone' }]);
    expect(reports.slice(0, -1).every(({ outcome }) => outcome.kind === 'inSync')).toBe(true);
    expect(served).toEqual(Object.keys(others).map((name) => `${name}.conf: good`));
    expect(bench.machine.disk.list(SITES)).not.toContain('guilty.conf');
    expect(bench.machine.services.history.length).toBeLessThanOrEqual(3);
    expect(validations).toBeLessThanOrEqual(most);
  });

  it('puts back what a refused change wrote over', async () => {
    await bench.apply('app:a', site('a', 'good'));
    const report = await bench.apply('app:a', site('a', 'bad'));
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'ConfigurationRefused' });
    expect(bench.machine.disk.readFile(`${SITES}/a.conf`)).toBe('good');
    expect((await bench.plan('app:a', site('a', 'good'))).changes).toEqual([]);
  });

  it('blames nobody when the configuration was refused before, and goes on when it is mended', async () => {
    bench.machine.disk.writeFile(`${SITES}/by-hand.conf`, 'bad');
    const report = await bench.apply('app:a', site('a', 'good'));
    expect(report.outcome).toMatchObject({ kind: 'retry', reason: 'ServiceBroken' });
    expect(bench.machine.disk.list(SITES)).toEqual(['by-hand.conf']);
    bench.machine.disk.remove(`${SITES}/by-hand.conf`);
    expect((await bench.apply('app:a', site('a', 'good'))).outcome).toEqual({ kind: 'inSync' });
  });

  it('finds the one that makes the service crash, and leaves the others served', async () => {
    const reports = await applyAll({ a: 'good', b: 'crash', c: 'good' });
    expect(reports.map(({ outcome }) => outcome.kind)).toEqual(['inSync', 'failed', 'inSync']);
    expect(reports[1]?.outcome).toMatchObject({
      reason: 'ServiceFailed',
      message: expect.stringContaining('segmentation fault'),
    });
    expect(served).toEqual(['a.conf: good', 'c.conf: good']);
    expect((await bench.machine.services.find('web'))?.pid).toBeDefined();
  });

  it('takes a file away only after what is added was reloaded', async () => {
    await bench.apply('app:a', [...site('old', 'good')]);
    bench.machine.services.history.length = 0;
    const report = await bench.apply('app:a', [...site('new', 'good')]);
    expect(report.steps.map(({ resource, action }) => `${action} ${resource.replace(SITES, '')}`)).toEqual([
      'create file:/new.conf',
      'remove file:/old.conf',
      'reload service:web',
      'reload service:web',
    ]);
    expect(served).toEqual(['new.conf: good']);
  });

  it('puts a file back whose removal is refused, with all that the owner changed', async () => {
    const { machine } = bench;
    machine.script('web', ({ argv }) =>
      argv[1] === '-t' && !machine.disk.list(SITES).includes('needed.conf')
        ? { code: 1, stderr: 'no needed.conf' }
        : undefined,
    );
    await bench.apply('app:a', site('needed', 'good'));
    const before = machine.snapshot();
    const report = await bench.apply('app:a', site('other', 'good'));
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'ConfigurationRefused', message: 'no needed.conf' });
    expect(machine.snapshot()).toEqual(before);
    expect(served).toEqual(['needed.conf: good']);
  });

  it('leaves the parts that others have in a shared file', async () => {
    const part = (key: string, content: string) => [fragment({ path: `${SITES}/shared.conf`, key, content })];
    const work = ['a', 'b', 'c'].map((key) => bench.applyWork(`app:${key}`, part(key, key === 'b' ? 'bad' : 'good')));
    const reports = await bench.doAll(work);
    expect(reports.map(({ outcome }) => outcome.kind)).toEqual(['inSync', 'failed', 'inSync']);
    expect(served).toEqual(['shared.conf: good\ngood\n']);
  });

  it('is not held up by a slow command of another owner', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    bench.machine.script('slow', async () => {
      await promise;
      return undefined;
    });
    const slow = command({ id: 'slow', argv: ['slow'], onlyAfter: [`file:${SITES}/s.conf`] });
    bench.engine.accept(bench.applyWork('app:s', [slow, ...site('s', 'good')]));
    bench.engine.accept(bench.applyWork('app:quick', site('quick', 'good')));
    await expect.poll(() => served).toEqual(['quick.conf: good']);
    resolve();
    await bench.engine.settled();
    expect(served).toEqual(['quick.conf: good', 's.conf: good']);
  });
});

describe('a service', () => {
  it('is started after its files were validated, and tells why it does not start', async () => {
    bench.machine.daemon('db', { start: () => 'no space left' });
    const report = await bench.apply('role:db', [service({ name: 'db', argv: ['db'] })]);
    expect(report.outcome).toMatchObject({
      kind: 'failed',
      reason: 'ServiceFailed',
      message: expect.stringContaining('no space left'),
    });
    expect(await bench.machine.services.find('db')).toBeUndefined();
  });

  it('is not started when its configuration is refused', async () => {
    bench.machine.script('db', () => ({ code: 1, stderr: 'refused' }));
    const report = await bench.apply('role:db', [service({ name: 'db', argv: ['db'], validate: ['db', 'check'] })]);
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'ConfigurationRefused', message: 'refused' });
    expect(bench.machine.services.history).toEqual([]);
  });

  it('waits until it accepts connections', async () => {
    bench.machine.daemon('db', { listens: () => ['tcp:127.0.0.1:1'] });
    const listening = (address: string) =>
      bench.apply('role:db', [service({ name: 'db', argv: ['db'], listens: [address] })]);
    expect((await listening('tcp:127.0.0.1:1')).outcome).toEqual({ kind: 'inSync' });
    await bench.remove('role:db');
    expect((await listening('tcp:127.0.0.1:2')).outcome).toMatchObject({ kind: 'failed', reason: 'ServiceFailed' });
  });

  it('waits after a reload for the addresses of the files that were added', async () => {
    const addresses: string[] = [];
    const open = () => void addresses.push('unix:/run/a.sock');
    bench.machine.daemon('web', { signal: open, listens: () => addresses });
    const listening = (name: string) => [
      file({ path: `${SITES}/${name}.conf`, content: '', listens: [`unix:/run/${name}.sock`] }),
    ];
    expect((await bench.apply('app:a', listening('a'))).outcome).toEqual({ kind: 'inSync' });
    expect((await bench.apply('app:b', listening('b'))).outcome).toMatchObject({
      kind: 'failed',
      reason: 'ServiceFailed',
    });
  });

  it('is waited for where it shall listen from now on, and not where it did, when its files move it', async () => {
    const listen = () => `tcp:127.0.0.1:${bench.machine.disk.readFile(`${SITES}/listen.conf`)}`;
    let address = '';
    const load = () => {
      address = listen();
      return undefined;
    };
    bench.machine.daemon('web', { start: load, signal: load, listens: () => [address] });
    const at = (port: number) => [...webRole({ listens: [`tcp:127.0.0.1:${port}`] }), ...site('listen', `${port}`)];
    expect((await bench.apply('role:web', at(1))).outcome).toEqual({ kind: 'inSync' });
    expect((await bench.apply('role:web', at(2))).outcome).toEqual({ kind: 'inSync' });
    expect(address).toBe('tcp:127.0.0.1:2');
  });

  it('is reloaded, too, after it had ended once and was started again by itself', async () => {
    bench.machine.services.crash('web');
    await bench.machine.services.start('web');
    const running = bench.machine.services.known.get('web');
    if (running) running.failures = 1;
    expect((await bench.apply('app:a', site('a', 'good'))).outcome).toEqual({ kind: 'inSync' });
    expect(bench.machine.services.history.at(-1)).toBe('SIGHUP web');
  });

  it.each([
    ['its program changes', { argv: ['web', '-g'] }, ['stop web', 'start web']],
    ['its environment changes', { env: { A: '1' } }, ['stop web', 'start web']],
    ['only what it watches changes', { reloadAfter: [`${SITES}/*.conf`] }, []],
    ['it shall stop', { state: 'stopped' as const }, ['stop web']],
  ])('is restarted only when the process has to know: %s', async (_, change, history) => {
    expect((await bench.apply('role:web', webRole(change))).outcome).toEqual({ kind: 'inSync' });
    expect(bench.machine.services.history).toEqual(history);
    expect((await bench.plan('role:web', webRole(change))).changes).toEqual([]);
  });

  it('is restarted instead of reloaded where a file asks for it, or where it knows no signal', async () => {
    await bench.apply('role:web', webRole({ reloadAfter: [], restartAfter: [`${SITES}/*`] }));
    bench.machine.services.history.length = 0;
    await bench.apply('app:a', site('a', 'good'));
    expect(bench.machine.services.history).toEqual(['stop web', 'start web']);
    await bench.apply('role:web', webRole({ reloadSignal: undefined }));
    bench.machine.services.history.length = 0;
    await bench.apply('app:a', site('a', 'better'));
    expect(bench.machine.services.history).toEqual(['stop web', 'start web']);
  });

  it('that shall not run is neither validated nor reloaded', async () => {
    await bench.apply('role:web', webRole({ state: 'stopped' }));
    bench.machine.services.history.length = 0;
    expect((await bench.apply('app:a', site('a', 'bad'))).outcome).toEqual({ kind: 'inSync' });
    expect(bench.machine.services.history).toEqual([]);
  });

  it('is there for the commands that stand after it', async () => {
    const started = () => bench.machine.services.history.includes('start db');
    const states: boolean[] = [];
    bench.machine.script('setup', () => void states.push(started()));
    const config = file({ path: `${CONFIG}/db.conf`, content: '' });
    const before = command({ id: 'before', argv: ['setup'], onlyAfter: [`file:${CONFIG}/db.conf`] });
    const after = command({ id: 'after', argv: ['setup'], onlyAfter: [`file:${CONFIG}/db.conf`] });
    const report = await bench.apply('role:db', [config, before, service({ name: 'db', argv: ['db'] }), after]);
    expect(report.outcome).toEqual({ kind: 'inSync' });
    expect(states).toEqual([false, true]);
  });

  it('is taken back when a command after it fails', async () => {
    bench.machine.script('setup', () => ({ code: 1 }));
    const before = bench.machine.snapshot();
    const config = file({ path: `${SITES}/db.conf`, content: 'good' });
    const setup = command({ id: 'setup', argv: ['setup'], onlyAfter: ['service:db'] });
    const report = await bench.apply('role:db', [config, service({ name: 'db', argv: ['db'] }), setup]);
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'CommandFailed' });
    expect(bench.machine.snapshot()).toEqual(before);
    expect(served).toEqual([]);
  });

  it('starts in the order of the document, and takes removals in the reverse order', async () => {
    const watching = (name: string) =>
      service({ name, argv: [name], reloadSignal: 'SIGHUP', reloadAfter: [`${CONFIG}/both/*`] });
    await bench.apply('role:both', [directory({ path: `${CONFIG}/both` }), watching('pool'), watching('proxy')]);
    bench.machine.services.history.length = 0;
    const owner: OwnerKey = 'app:a';
    await bench.apply(owner, [file({ path: `${CONFIG}/both/a`, content: '' })]);
    expect(bench.machine.services.history).toEqual(['SIGHUP pool', 'SIGHUP proxy']);
    bench.machine.services.history.length = 0;
    await bench.remove(owner);
    expect(bench.machine.services.history).toEqual(['SIGHUP proxy', 'SIGHUP pool']);
  });

  it('is started again by a sweep when it does not run', async () => {
    bench.machine.services.crash('web');
    const { swept, checked } = await bench.sweep();
    expect(swept.changes).toBe(1);
    expect(checked[0]?.drift).toMatchObject([{ resource: 'service:web', action: 'repaired' }]);
    expect((await bench.machine.services.find('web'))?.pid).toBeDefined();
  });

  it('is stopped and forgotten when its role is removed', async () => {
    expect((await bench.remove('role:web')).outcome).toEqual({ kind: 'inSync' });
    expect(bench.machine.services.known.size).toBe(0);
    expect(bench.machine.disk.find(`${CONFIG}/web`)).toBeUndefined();
  });

  it('keeps a folder of its role as long as an app has something in it', async () => {
    await bench.apply('app:a', site('a', 'good'));
    const report = await bench.remove('role:web');
    expect(report.outcome).toMatchObject({
      kind: 'retry',
      reason: 'RemovalIncomplete',
      message: expect.stringContaining('app:a'),
    });
    await bench.remove('app:a');
    expect((await bench.remove('role:web')).outcome).toEqual({ kind: 'inSync' });
    expect(bench.machine.disk.find(`${CONFIG}/web`)).toBeUndefined();
  });
});
