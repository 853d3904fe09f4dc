import { setImmediate as turn } from 'node:timers/promises';
import { command, dataset, directory, file, type Resource, user } from '@freehold/sdk';
import { beforeEach, describe, expect, it } from 'vitest';
import { firstUidOf } from '../primitives/user-id.ts';
import { type BenchOptions, SimulatedBench } from '../testing/bench.ts';

const APP = 'app:one';

let bench: SimulatedBench;
let site: string;
/** The number that the app's user had, and the one that is next. */
let former: number;
let next: number;

beforeEach(() => begin());

function begin(options: BenchOptions = {}): void {
  bench = new SimulatedBench(options);
  bench.machine.script('false', () => ({ code: 1 }));
  site = bench.site('one');
  former = bench.firstUid;
  next = former + 1;
}

function resources(): Resource[] {
  return [
    directory({ path: site, mode: '0711' }),
    // Before the user on purpose: its root belongs to the agent.
    dataset({ id: 'files', title: 'Files', files: { path: `${site}/files` } }),
    user({ name: 'one', home: site }),
    directory({ path: `${site}/files/data`, owner: 'one' }),
    file({ path: `${site}/files/settings`, content: 'x', owner: 'one', group: 'root' }),
    dataset({ id: 'mail', title: 'Mail', files: { path: `${site}/mail`, owner: 'one' } }),
    directory({ path: `${site}/tmp`, owner: 'one' }),
  ];
}

/** An app whose programs wrote into its data, in the trash, and somebody else with its number. */
async function loseNumber(): Promise<void> {
  await bench.apply(APP, resources());
  const { disk } = bench.machine;
  disk.writeFile(`${site}/files/data/upload`, 'picture', { uid: former, gid: 33 });
  disk.writeFile(`${site}/files/data/theirs`, 'x', { uid: 33, gid: former });
  disk.writeFile('/srv/outside', 'x', { uid: former, gid: former });
  disk.makeLink(`${site}/files/data/link`, '/srv/outside', former);
  await bench.remove(APP);
  bench.machine.accounts.addByHand('thief', former);
}

const idsOf = (path: string) => {
  const { uid, gid } = bench.machine.disk.find(path) ?? {};
  return [uid, gid];
};

async function expectRestored(uid: number): Promise<void> {
  expect(bench.machine.accounts.users.get('one')).toMatchObject({ uid, gid: uid });
  expect(bench.store.inventory.find(APP, 'user:one')?.facts).toEqual({ uid });
  expect({
    root: idsOf(`${site}/files`),
    folder: idsOf(`${site}/files/data`),
    settings: idsOf(`${site}/files/settings`),
    upload: idsOf(`${site}/files/data/upload`),
    theirs: idsOf(`${site}/files/data/theirs`),
    link: idsOf(`${site}/files/data/link`),
    mail: idsOf(`${site}/mail`),
    outside: idsOf('/srv/outside'),
  }).toEqual({
    root: [0, 0],
    folder: [uid, uid],
    settings: [uid, 0],
    upload: [uid, 33],
    theirs: [33, uid],
    link: [uid, uid],
    mail: [uid, uid],
    outside: [former, former],
  });
  expect((await bench.plan(APP, resources())).changes).toEqual([]);
  expect((await bench.sweep()).swept.changes).toBe(0);
  expect(bench.store.journal.list()).toEqual([]);
}

describe('an app whose number somebody else has when it comes back from the trash', () => {
  it('gets a new one, and so does all that was its own, as the plan said', async () => {
    await loseNumber();
    const planned = await bench.plan(APP, resources());
    const report = await bench.apply(APP, resources());
    expect(report.outcome).toEqual({ kind: 'inSync' });
    expect(report.steps.map(({ resource }) => resource)).toEqual(planned.changes.map(({ resource }) => resource));
    expect(planned.changes.find(({ resource }) => resource === 'dataset:files')?.summary).toContain(
      `what belonged to user id ${former}, which somebody else has now, gets a new one`,
    );
    await expectRestored(next);
    expect(bench.machine.accounts.users.get('thief')?.uid).toBe(former);
  });

  it('gets its own when that is free again', async () => {
    await loseNumber();
    await bench.machine.accounts.removeUser('thief');
    expect((await bench.apply(APP, resources())).outcome).toEqual({ kind: 'inSync' });
    await expectRestored(former);
  });

  it('stays in the trash as it was when the restore fails, and comes back later', async () => {
    await loseNumber();
    const before = bench.machine.snapshot();
    const failing = command({ id: 'fail', argv: ['false'], unless: ['false'] });
    await bench.apply(APP, [...resources(), failing]);
    expect(bench.machine.snapshot()).toEqual(before);
    const planned = await bench.plan(APP, resources());
    const report = await bench.apply(APP, resources());
    expect(report.steps.map(({ resource }) => resource)).toEqual(planned.changes.map(({ resource }) => resource));
    expect(report.steps.map(({ resource }) => resource)).toEqual([
      `directory:${site}`,
      'dataset:files',
      'user:one',
      'dataset:mail',
      `directory:${site}/tmp`,
    ]);
    await expectRestored(next);
  });

  it('comes back whole when the agent dies with half of the files changed', async () => {
    const { promise: death, resolve: dead } = Promise.withResolvers<void>();
    let half: (() => void) | undefined;
    begin({
      before(operation) {
        if (operation !== 'files.changeIds' || !half) return;
        half();
        half = undefined;
        bench.kill();
        dead();
      },
    });
    await loseNumber();
    const before = bench.machine.snapshot();
    const [upload = ''] = Object.keys(before.files).filter((path) => path.endsWith('/upload'));
    half = () => bench.machine.disk.changeMode(upload, { uid: next });
    void bench.apply(APP, resources());
    await death;
    await turn();
    await bench.restart();
    expect(bench.machine.snapshot()).toEqual(before);
    expect((await bench.apply(APP, resources())).outcome).toEqual({ kind: 'inSync' });
    await expectRestored(next);
  });

  it('gets another one again when it loses the new one, too', async () => {
    await loseNumber();
    await bench.apply(APP, resources());
    await bench.remove(APP);
    bench.machine.accounts.addByHand('second', next);
    expect((await bench.apply(APP, resources())).outcome).toEqual({ kind: 'inSync' });
    await expectRestored(next + 1);
  });

  it('has it in what comes back later, too', async () => {
    await loseNumber();
    const withoutMail = resources().filter(({ id }) => id !== 'mail');
    expect((await bench.apply(APP, withoutMail)).outcome).toEqual({ kind: 'inSync' });
    expect((await bench.apply(APP, resources())).outcome).toEqual({ kind: 'inSync' });
    await expectRestored(next);
  });

  it('is told about a file that has a name outside of its data, which stays as it is', async () => {
    await bench.apply(APP, resources());
    const { disk } = bench.machine;
    disk.writeFile(`${site}/files/data/file`, 'x', { uid: former, gid: former });
    disk.makeHardLink(`${site}/files/data/file`, '/srv/second');
    await bench.remove(APP);
    bench.machine.accounts.addByHand('thief', former);
    expect((await bench.apply(APP, resources())).outcome).toEqual({ kind: 'inSync' });
    expect(idsOf('/srv/second')).toEqual([former, former]);
    expect(bench.engine.warnings()).toEqual([
      expect.stringContaining('Dataset files of app:one has files with a second name outside of it: 1.'),
    ]);
  });
});

describe('the number of a user in the trash', () => {
  it('is nobody else’s in this installation', async () => {
    await loseNumber();
    await bench.apply(APP, resources().slice(0, 3));
    await bench.machine.accounts.removeUser('thief');
    bench.store.settings.save('nextUid', former);
    await bench.apply('app:two', [user({ name: 'two', home: '/srv' })]);
    expect(bench.machine.accounts.users.get('two')?.uid).toBe(next + 1);
  });

  it('is known, too, when the agent had lost its store and found the user', async () => {
    await bench.apply(APP, resources());
    bench.store.accounts.releaseAll(APP);
    await bench.remove(APP);
    await bench.apply('app:two', [user({ name: 'two', home: '/srv' })]);
    expect((await bench.apply(APP, resources())).outcome).toEqual({ kind: 'inSync' });
    expect(bench.machine.accounts.users.get('one')?.uid).toBe(former);
  });
});

describe('where an installation begins to count', () => {
  it('is in the range, always the same for one folder, and far from its neighbours', () => {
    const firsts = Array.from({ length: 1000 }, (_, number) => firstUidOf(`/srv/freehold-${number}/node/sites`));
    expect(Math.min(...firsts)).toBeGreaterThanOrEqual(200_000);
    expect(Math.max(...firsts)).toBeLessThanOrEqual(499_999);
    expect(new Set(firsts.map((first) => Math.floor(first / 10_000))).size).toBe(30);
    expect(firstUidOf('/srv/freehold-1/node/sites')).toBe(firsts[1]);
  });

  it('is not where it ends: after the last number comes the first', async () => {
    bench.store.settings.save('nextUid', 499_999);
    await bench.apply(APP, [user({ name: 'one', home: '/srv' }), user({ name: 'two', home: '/srv' })]);
    const { users } = bench.machine.accounts;
    expect([users.get('one')?.uid, users.get('two')?.uid].sort()).toEqual([200_000, 499_999]);
  });
});
