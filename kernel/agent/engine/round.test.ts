import { command, fragment } from '@freehold/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { SITES, site, WebBench } from '../testing/web-bench.ts';

let bench: WebBench;
beforeEach(async () => {
  bench = await WebBench.start();
});

describe('a commit round', () => {
  it('takes a hundred owners to the service with a few validations and reloads', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `s${index}`);
    const reports = await bench.applyAll(Object.fromEntries(names.map((name) => [name, 'good'])));
    expect(reports.every(({ outcome }) => outcome.kind === 'inSync')).toBe(true);
    expect(bench.served).toHaveLength(100);
    expect(bench.machine.services.history.length).toBeLessThan(5);
    expect(bench.validations).toBe(bench.machine.services.history.length);
  });

  it('tells each owner that it was reloaded, and together with how many', async () => {
    const reports = await bench.applyAll({ a: 'good', b: 'good' });
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
    const reports = await bench.applyAll({ ...others, guilty: content });
    const guilty = reports.at(-1);
    expect(guilty?.outcome).toMatchObject({ kind: 'failed', reason: 'ConfigurationRefused' });
    expect(guilty?.outcome).toHaveProperty('message', expect.stringContaining('unknown directive "bad"'));
    expect(guilty?.steps).toMatchObject([{ resource: `file:${SITES}/guilty.conf`, state: 'undone' }]);
    expect(reports.slice(0, -1).every(({ outcome }) => outcome.kind === 'inSync')).toBe(true);
    expect(bench.served).toEqual(Object.keys(others).map((name) => `${name}.conf: good`));
    expect(bench.machine.disk.list(SITES)).not.toContain('guilty.conf');
    expect(bench.machine.services.history.length).toBeLessThanOrEqual(3);
    expect(bench.validations).toBeLessThanOrEqual(most);
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
    const reports = await bench.applyAll({ a: 'good', b: 'crash', c: 'good' });
    expect(reports.map(({ outcome }) => outcome.kind)).toEqual(['inSync', 'failed', 'inSync']);
    expect(reports[1]?.outcome).toMatchObject({
      reason: 'ServiceFailed',
      message: expect.stringContaining('segmentation fault'),
    });
    expect(bench.served).toEqual(['a.conf: good', 'c.conf: good']);
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
    expect(bench.served).toEqual(['new.conf: good']);
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
    expect(bench.served).toEqual(['needed.conf: good']);
  });

  it('leaves the parts that others have in a shared file', async () => {
    const part = (key: string, content: string) => [fragment({ path: `${SITES}/shared.conf`, key, content })];
    const work = ['a', 'b', 'c'].map((key) => bench.applyWork(`app:${key}`, part(key, key === 'b' ? 'bad' : 'good')));
    const reports = await bench.doAll(work);
    expect(reports.map(({ outcome }) => outcome.kind)).toEqual(['inSync', 'failed', 'inSync']);
    expect(bench.served).toEqual(['shared.conf: good\ngood\n']);
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
    await expect.poll(() => bench.served).toEqual(['quick.conf: good']);
    resolve();
    await bench.engine.settled();
    expect(bench.served).toEqual(['quick.conf: good', 's.conf: good']);
  });
});
