import { command, file, link, type Resource, user } from '@freehold/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { ALLOWED, SimulatedBench } from '../testing/bench.ts';

const APP = 'app:one';
let bench: SimulatedBench;
let path: string;
/** What the agent did with the machine. */
let operations: string[];

beforeEach(async () => {
  operations = [];
  bench = new SimulatedBench({ before: (operation) => void operations.push(operation) });
  path = `${bench.site('one')}/a.conf`;
  bench.machine.disk.makeFolder(bench.site('one'));
  await bench.apply(APP, resources());
});

function resources(content = 'one\ntwo\n'): Resource[] {
  return [file({ path, content }), link({ path: `${path}.link`, target: 'a.conf' })];
}

describe('a comparison of everything with the machine', () => {
  it('changes nothing and says nothing of owners when nothing differs', async () => {
    const { swept, checked } = await bench.sweep();
    expect(swept).toMatchObject({ kind: 'swept', request: expect.any(String), owners: 1, resources: 2, changes: 0 });
    expect(checked).toEqual([]);
  });

  it('puts a manual edit back, and shows it', async () => {
    bench.machine.disk.writeFile(path, 'one\nby hand\n');
    const { swept, checked } = await bench.sweep();
    expect(swept.changes).toBe(1);
    expect(checked).toMatchObject([
      {
        owner: APP,
        revision: 1,
        drift: [{ resource: `file:${path}`, summary: 'changes the content', action: 'repaired' }],
      },
    ]);
    expect(checked[0]?.drift[0]?.diff).toContain('-by hand\n+two\n');
    expect(bench.machine.disk.readFile(path)).toBe('one\ntwo\n');
  });

  it('says once that it is gone again', async () => {
    bench.machine.disk.remove(path);
    await bench.sweep();
    expect((await bench.sweep()).checked).toMatchObject([{ drift: [] }]);
    expect((await bench.sweep()).checked).toEqual([]);
  });

  it('keeps a manual edit where the hoster wants it so, and says it once', async () => {
    bench.configure({ drift: 'keep' });
    bench.machine.disk.writeFile(path, 'by hand\n');
    expect((await bench.sweep()).checked).toMatchObject([
      { drift: [{ action: 'kept', summary: 'changes the content' }] },
    ]);
    expect((await bench.sweep()).checked).toEqual([]);
    expect(bench.machine.disk.readFile(path)).toBe('by hand\n');
  });

  it('keeps it also over an apply that changes something else, and not over one that changes this', async () => {
    bench.configure({ drift: 'keep' });
    bench.machine.disk.writeFile(path, 'by hand\n');
    const more = [...resources(), file({ path: `${path}.more`, content: '' })];
    expect(await bench.apply(APP, more)).toMatchObject({
      outcome: { kind: 'inSync' },
      steps: [{ resource: `file:${path}.more` }],
    });
    expect(bench.machine.disk.readFile(path)).toBe('by hand\n');
    await bench.apply(APP, resources('three\n'));
    expect(bench.machine.disk.readFile(path)).toBe('three\n');
  });

  it('says what it could not put back, and why', async () => {
    bench.machine.disk.remove(path);
    bench.machine.disk.makeFolder(path);
    const { swept, checked } = await bench.sweep();
    expect(swept.changes).toBe(0);
    expect(checked[0]?.drift).toMatchObject([{ resource: `file:${path}`, action: 'failed' }]);
    expect(checked[0]?.drift[0]?.summary).toContain('a folder and no file');
  });

  it('notices an edit that has the size and time of the original', async () => {
    bench.machine.disk.writeFile(path, 'one\nTWO\n');
    expect((await bench.sweep()).swept.changes).toBe(1);
  });

  it('reads no file that is the one that was written', async () => {
    operations = [];
    await bench.sweep();
    expect(operations).not.toContain('files.hash');
    bench.machine.disk.changeMode(path, { mode: 0o600 });
    await bench.sweep();
    expect(operations).toContain('files.hash');
  });

  it('runs observations, and tells what they see when it is something else', async () => {
    let version = '8.2';
    bench.machine.script('php', () => JSON.stringify({ version }));
    const observation = command({ id: 'versions', argv: ['php'], output: { format: 'json' } });
    const report = await bench.apply('role:php', [observation]);
    expect(report.observed).toEqual({ 'command:versions': { version: '8.2' } });
    expect((await bench.sweep()).checked).toEqual([]);
    version = '8.3';
    expect((await bench.sweep()).checked).toMatchObject([
      { owner: 'role:php', drift: [], observed: { 'command:versions': { version: '8.3' } } },
    ]);
  });

  it('puts back a user that somebody changed or removed', async () => {
    await bench.apply('app:two', [user({ name: 'two', home: '/srv' })]);
    await bench.machine.accounts.changeUser({ name: 'two', home: '/srv', shell: '/bin/bash', groups: ['root'] });
    await bench.sweep();
    expect(bench.machine.accounts.users.get('two')).toMatchObject({ shell: '/usr/sbin/nologin', groups: [] });
    await bench.machine.accounts.removeUser('two');
    await bench.sweep();
    expect(bench.machine.accounts.users.get('two')).toMatchObject({ uid: bench.firstUid });
  });

  it('is made at the start and at each interval', async () => {
    bench.engine.keepUp();
    await bench.engine.settled();
    bench.machine.disk.writeFile(path, 'by hand');
    await bench.machine.clock.advance(301_000);
    await expect.poll(() => bench.machine.disk.readFile(path)).toBe('one\ntwo\n');
  });

  it('comes sooner as soon as the hoster wants it more often', async () => {
    bench.engine.keepUp();
    await bench.engine.settled();
    bench.engine.configure({ drift: 'repair', checkInterval: 5, retention: 3600, grants: [ALLOWED] });
    bench.machine.disk.writeFile(path, 'by hand');
    await bench.machine.clock.advance(6_000);
    await expect.poll(() => bench.machine.disk.readFile(path)).toBe('one\ntwo\n');
  });
});
