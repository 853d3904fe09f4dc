import {
  archive,
  command,
  dataset,
  directory,
  file,
  fragment,
  key,
  link,
  log,
  type Resource,
  timer,
  user,
} from '@freehold/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineBench } from '../testing/bench.ts';
import { packedEntries, sha256Of } from '../testing/packed.ts';
import { SOMEBODY, type TestMachine } from '../testing/test-machine.ts';
import { treeOf } from '../testing/tree.ts';

const APP = 'app:one';
const USER = `fhtest${process.pid}`;
/** Makes any apply fail that has come so far. */
const failing = command({ id: 'fail', argv: ['false'], unless: ['false'] });

const entries = (content: string) => [
  { name: 'index.html', content },
  { name: 'bin/run', content: '#!/bin/sh\n', mode: 0o755 },
  { name: 'index.htm', type: 'symlink' as const, linkname: 'index.html' },
];
const archives = { one: await packedEntries(entries('one')), two: await packedEntries(entries('two')) };

interface Case {
  readonly first: (site: string) => Resource[];
  readonly second: (site: string) => Resource[];
  /** What somebody else put there before. */
  readonly foreign?: (machine: TestMachine, site: string) => void;
}

const cases: [string, Case][] = [
  [
    'directory',
    {
      first: (site) => [directory({ path: `${site}/a`, mode: '0750' })],
      second: (site) => [directory({ path: `${site}/a`, mode: '0700', owner: 'nobody' })],
      foreign: ({ hands }, site) => hands.makeFolder(`${site}/a`, SOMEBODY, 0o777),
    },
  ],
  [
    'file',
    {
      first: (site) => [file({ path: `${site}/a`, content: 'one\n' })],
      second: (site) => [file({ path: `${site}/a`, content: 'two\n', owner: 'nobody', mode: '0640' })],
      foreign: ({ hands }, site) => hands.makeFile(`${site}/a`, 'theirs', 0),
    },
  ],
  [
    'secret file',
    {
      first: (site) => [file({ path: `${site}/a`, content: 'one\n', secret: true })],
      second: (site) => [file({ path: `${site}/a`, content: 'two\n', secret: true })],
      foreign: ({ hands }, site) => hands.makeLink(`${site}/a`, '/etc/passwd', SOMEBODY),
    },
  ],
  [
    'fragment',
    {
      first: (site) => [
        fragment({ path: `${site}/a`, key: 'x', content: 'one' }),
        fragment({ path: `${site}/a`, key: 'y', content: 'y' }),
      ],
      second: (site) => [
        fragment({ path: `${site}/a`, key: 'x', content: 'two' }),
        fragment({ path: `${site}/a`, key: 'z', content: 'z' }),
      ],
      foreign: ({ hands }, site) => hands.makeFile(`${site}/a`, 'theirs', 0),
    },
  ],
  [
    'link',
    {
      first: (site) => [link({ path: `${site}/a`, target: 'data' })],
      second: (site) => [link({ path: `${site}/a`, target: '/nowhere' })],
      foreign: ({ hands }, site) => hands.makeLink(`${site}/a`, 'elsewhere', 0),
    },
  ],
  [
    'key',
    {
      first: (site) => [key({ path: `${site}/a`, algorithm: 'ed25519', request: { names: ['a.example'] } })],
      second: (site) => [key({ path: `${site}/a`, algorithm: 'ecdsa-p256', mode: '0640' })],
      foreign: ({ hands }, site) => hands.makeFile(`${site}/a`, 'no key', 0),
    },
  ],
  [
    'archive',
    {
      first: (site) => [
        archive({ path: `${site}/a`, source: 'upload', sha256: sha256Of(archives.one), format: 'tar' }),
      ],
      second: (site) => [
        archive({ path: `${site}/a`, source: 'upload', sha256: sha256Of(archives.two), format: 'tar', mode: '0750' }),
      ],
      foreign: ({ hands }, site) => hands.makeFolder(`${site}/a`, 0, 0o755),
    },
  ],
  [
    'dataset',
    {
      first: (site) => [dataset({ id: 'data', title: 'Data', files: { path: `${site}/a`, mode: '0711' } })],
      second: (site) => [dataset({ id: 'data', title: 'Data', files: { path: `${site}/a`, owner: 'nobody' } })],
      foreign: ({ hands }, site) => hands.makeFolder(`${site}/a`, SOMEBODY, 0o777),
    },
  ],
  [
    'log',
    {
      first: (site) => [log({ id: 'access', title: 'Access', path: `${site}/a` })],
      second: (site) => [log({ id: 'access', title: 'Access', path: `${site}/a`, mode: '0600' })],
      foreign: ({ hands }, site) => hands.makeLink(`${site}/a`, '/etc/passwd', SOMEBODY),
    },
  ],
  [
    'timer',
    {
      first: () => [timer({ id: 'cron', schedule: '0 3 * * *', argv: ['true'] })],
      second: () => [timer({ id: 'cron', schedule: '0 4 * * 1', argv: ['true'] })],
    },
  ],
  [
    'user',
    {
      first: (site) => [user({ name: USER, home: site })],
      second: (site) => [user({ name: USER, home: site, shell: '/bin/sh', groups: ['root'] })],
    },
  ],
];

/** What holds for every primitive, on every machine. */
export function describePrimitives(make: () => TestMachine): void {
  let machine: TestMachine;
  let bench: EngineBench;
  let site: string;

  beforeEach(async () => {
    machine = make();
    bench = new EngineBench(
      { home: machine.home, system: (store) => machine.connect(store) },
      { uploads: Object.fromEntries(Object.values(archives).map((bytes) => [sha256Of(bytes), bytes])) },
    );
    site = bench.site('one');
    machine.hands.makeFolder(site, 0, 0o711);
  });
  afterEach(async () => {
    await bench.remove(APP, { purge: true });
    machine.dispose();
  });

  describe.each(cases)('%s', (_, { first, second, foreign }) => {
    it('is made as the plan said, and then there is nothing to do', async () => {
      const planned = await bench.plan(APP, first(site));
      expect(planned.problems).toEqual([]);
      expect(planned.changes.every(({ action }) => action === 'create')).toBe(true);
      const applied = await bench.apply(APP, first(site));
      expect(applied.outcome).toEqual({ kind: 'inSync' });
      expect(applied.steps.map(({ resource }) => resource)).toEqual(planned.changes.map(({ resource }) => resource));
      expect((await bench.plan(APP, first(site))).changes).toEqual([]);
      expect((await bench.apply(APP, first(site))).steps).toEqual([]);
    });

    it('is changed as the plan said', async () => {
      await bench.apply(APP, first(site));
      const planned = await bench.plan(APP, second(site));
      const applied = await bench.apply(APP, second(site));
      expect(applied.outcome).toEqual({ kind: 'inSync' });
      expect(applied.steps.map(({ resource, action }) => [resource, action])).toEqual(
        planned.changes.map(({ resource, action }) => [resource, action]),
      );
      expect((await bench.plan(APP, second(site))).changes).toEqual([]);
    });

    it('is not there after an apply that failed', async () => {
      const before = await state();
      const applied = await bench.apply(APP, [...first(site), failing]);
      expect(applied.outcome).toMatchObject({ kind: 'failed', reason: 'CommandFailed' });
      expect(await state()).toEqual(before);
    });

    it('is as it was after a change that failed', async () => {
      await bench.apply(APP, first(site));
      const before = await state();
      await bench.apply(APP, [...second(site), failing]);
      expect(await state()).toEqual(before);
      expect((await bench.plan(APP, first(site))).changes).toEqual([]);
    });

    it('is gone after the removal', async () => {
      const before = await state();
      await bench.apply(APP, first(site));
      expect((await bench.remove(APP, { purge: true })).outcome).toEqual({ kind: 'inSync' });
      expect(await state()).toEqual(before);
    });

    it.skipIf(!foreign)('leaves alone what somebody else put there', async () => {
      foreign?.(machine, site);
      const before = await state();
      const applied = await bench.apply(APP, first(site));
      expect(applied.outcome).toMatchObject({ kind: 'failed', reason: 'ForeignContent' });
      expect(await state()).toEqual(before);
      expect((await bench.plan(APP, first(site))).problems).toHaveLength(first(site).length);
    });
  });

  describe('a dataset that comes back when somebody else has the number of its user', () => {
    const [thief, path] = [`${USER}x`, () => `${site}/a`];
    const resources = () => [
      user({ name: USER, home: site }),
      dataset({ id: 'data', title: 'Data', files: { path: path(), owner: USER } }),
      archive({
        path: `${path()}/release`,
        source: 'upload',
        sha256: sha256Of(archives.one),
        format: 'tar',
        owner: USER,
        group: 'root',
      }),
    ];
    const accounts = () => machine.connect(bench.store).accounts;
    const numberOf = async () => (await accounts().findUser(USER))?.uid;
    const unnumbered = async (uid: number | undefined) => {
      const { tree } = await state();
      return Object.entries(tree).map(([name, facts]) => `${name} ${facts.replaceAll(String(uid), 'user')}`);
    };
    afterEach(() => accounts().removeUser(thief));

    it('belongs to the new number in all its parts, and is as it was when that is taken back', async () => {
      await bench.apply(APP, resources());
      const uid = await numberOf();
      const before = await unnumbered(uid);
      expect(before.filter((line) => line.includes('user:'))).not.toEqual([]);
      await bench.remove(APP);
      await accounts().addUser({ name: thief, uid: uid ?? 0, home: '/', shell: '/bin/false', groups: [] });
      const trash = await treeOf(`${machine.home}/agent/trash`, machine.connect(bench.store).files);
      expect((await bench.apply(APP, [...resources(), failing])).outcome).toMatchObject({ reason: 'CommandFailed' });
      expect(await treeOf(`${machine.home}/agent/trash`, machine.connect(bench.store).files)).toEqual(trash);
      expect((await bench.apply(APP, resources())).outcome).toEqual({ kind: 'inSync' });
      expect(await numberOf()).not.toBe(uid);
      expect(await unnumbered(await numberOf())).toEqual(before);
      expect((await bench.apply(APP, resources())).steps).toEqual([]);
    });
  });

  describe('a command', () => {
    const exits = (exitCodes?: number[]) => command({ id: 'exits', argv: ['false'], exitCodes, onlyAfter: ['x:y'] });
    const act = (operation: string, exitCodes?: number[]) =>
      bench.act({ operation, owner: APP, commands: [exits(exitCodes).spec] });

    it('ends well with the exit codes that it declares, and with no others', async () => {
      expect((await bench.apply(APP, [exits()])).outcome).toMatchObject({ reason: 'CommandFailed' });
      expect((await bench.apply(APP, [exits([0, 2])])).outcome).toMatchObject({ reason: 'CommandFailed' });
      expect((await bench.apply(APP, [exits([0, 1])])).outcome).toEqual({ kind: 'inSync' });
      expect((await act('op_1')).outcome).toMatchObject({ kind: 'failed', reason: 'CommandFailed' });
      expect((await act('op_2', [0, 1])).outcome).toEqual({ kind: 'inSync' });
    });

    it('is removed, too, by a program that ends with one of them', async () => {
      const removal = (exitCodes?: number[]) =>
        command({ id: 'a', argv: ['true'], remove: ['false'], exitCodes, onlyAfter: ['x:y'] });
      await bench.apply(APP, [removal([0, 1])]);
      expect((await bench.remove(APP)).outcome).toEqual({ kind: 'inSync' });
      await bench.apply(APP, [removal()]);
      expect((await bench.remove(APP)).outcome).toMatchObject({ kind: 'retry', reason: 'RemovalIncomplete' });
      await bench.apply(APP, [removal([0, 1])]);
    });
  });

  async function state() {
    const system = machine.connect(bench.store);
    return {
      tree: await treeOf(machine.home, system.files, ['agent/trash']),
      user: await system.accounts.findUser(USER),
    };
  }
}
