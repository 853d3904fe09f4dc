import { command, directory, file, service } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { CONFIG, SITES, site, WebBench, webRole } from '../testing/web-bench.ts';

let bench: WebBench;
beforeEach(async () => {
  bench = await WebBench.start();
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

  it('is not started when its configuration takes too long to check', async () => {
    bench.machine.script('db', () => ({ timedOut: true }));
    const report = await bench.apply('role:db', [service({ name: 'db', argv: ['db'], validate: ['db', 'check'] })]);
    expect(report.outcome).toMatchObject({ kind: 'failed', message: 'db did not end within 30 seconds.' });
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

  describe('whose workers are replaced at a reload', () => {
    let workers: number[];
    beforeEach(async () => {
      workers = [1];
      bench.machine.daemon('web', { workers: () => workers, listens: () => [] });
      await bench.apply('role:web', webRole({ drainSignal: 'SIGQUIT' }));
    });

    function onReload(then: () => number[]): void {
      const signal = () => {
        workers = then();
        return undefined;
      };
      bench.machine.daemon('web', { workers: () => workers, listens: () => [], signal });
    }

    it('is waited for until none that served before does', async () => {
      onReload(() => [1]);
      const report = await bench.apply('app:a', site('a', 'good'));
      expect(report.outcome).toMatchObject({ kind: 'failed', message: expect.stringContaining('did not take in') });
      onReload(() => [2]);
      expect((await bench.apply('app:a', site('a', 'better'))).outcome).toEqual({ kind: 'inSync' });
    });

    it.each<[string, () => number[], string[]]>([
      ['a new one comes, and the former ones are asked to finish', () => [1, 2], ['SIGQUIT 1']],
      ['a former one ends', () => [], []],
      ['nothing is seen to happen for a while', () => [1], []],
    ])('is in sync, where the agent may not look into them, as soon as %s', async (_, then, signals) => {
      bench.machine.processes.hidesWorkers = true;
      onReload(then);
      const start = bench.machine.clock.now();
      expect((await bench.apply('app:a', site('a', 'good'))).outcome).toEqual({ kind: 'inSync' });
      expect(bench.machine.processes.signals).toEqual(signals);
      expect(bench.machine.clock.now() - start).toBeLessThan(5000);
    });

    it('is in trouble, where the agent may not look into them, when it ends or serves no new address', async () => {
      bench.machine.processes.hidesWorkers = true;
      const elsewhere = file({ path: `${SITES}/a.conf`, content: '', listens: ['unix:/run/a.sock'] });
      expect((await bench.apply('app:a', [elsewhere])).outcome).toMatchObject({ reason: 'ServiceFailed' });
      bench.machine.daemon('web', { workers: () => workers, listens: () => [], signal: () => 'segmentation fault' });
      expect((await bench.apply('app:b', site('b', 'good'))).outcome).toMatchObject({ reason: 'ServiceFailed' });
    });
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
    expect(bench.served).toEqual([]);
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
