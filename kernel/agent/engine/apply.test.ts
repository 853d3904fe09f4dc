import { command, directory, file, fragment, link, type Resource, service, timer, user } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../system/failure.ts';
import { SimulatedBench } from '../testing/bench.ts';

const APP = 'app:one';

let bench: SimulatedBench;
let site: string;
/** The code with which an operation of the machine fails. */
let failWith: (operation: string) => string | undefined;

beforeEach(() => {
  failWith = () => undefined;
  bench = new SimulatedBench({
    before(operation) {
      const code = failWith(operation);
      if (code) throw failure(code, operation);
    },
  });
  bench.machine.script('false', () => ({ code: 1, stderr: 'it does not work' }));
  site = bench.site('one');
  bench.machine.disk.makeFolder(site);
});

describe('an apply', () => {
  it('says what it did, step by step', async () => {
    const report = await bench.apply(APP, [
      file({ path: `${site}/a`, content: 'one\n' }),
      link({ path: `${site}/l`, target: 'a' }),
    ]);
    expect(report).toMatchObject({
      kind: 'applied',
      owner: APP,
      revision: 1,
      generation: 1,
      outcome: { kind: 'inSync' },
      steps: [
        {
          resource: `file:${site}/a`,
          action: 'create',
          summary: '4 bytes, mode 0644'.replace(/^/, 'writes '),
          state: 'done',
        },
        { resource: `link:${site}/l`, action: 'create', summary: 'links to a', state: 'done' },
      ],
      observed: {},
    });
    expect(report.steps[0]?.diff).toBe(`--- /dev/null\n+++ ${site}/a (wanted)\n@@ -0,0 +1,1 @@\n+one\n`);
  });

  it('shows a change as a diff', async () => {
    await bench.apply(APP, [file({ path: `${site}/a`, content: 'one\ntwo\n' })]);
    const planned = await bench.plan(APP, [file({ path: `${site}/a`, content: 'one\n2\n', mode: '0600' })]);
    expect(planned.changes).toMatchObject([{ action: 'update', summary: 'changes the content, mode 0644 → 0600' }]);
    expect(planned.changes[0]?.diff).toContain('-two\n+2\n');
  });

  it('undoes in the reverse order, and says so', async () => {
    const undone: string[] = [];
    bench.machine.script('undo', ({ argv }) => void undone.push(argv[1] ?? ''));
    const done = (id: string) => command({ id, argv: ['true'], onlyAfter: ['file:x'], undo: ['undo', id] });
    const report = await bench.apply(APP, [
      done('a'),
      done('b'),
      command({ id: 'c', argv: ['false'], onlyAfter: ['file:x'] }),
    ]);
    expect(undone).toEqual(['b', 'a']);
    expect(report.outcome).toEqual({
      kind: 'failed',
      reason: 'CommandFailed',
      message: 'false ended with 1: it does not work',
    });
    expect(report.steps.map(({ resource, state, output }) => [resource, state, output])).toEqual([
      ['command:a', 'undone', undefined],
      ['command:b', 'undone', undefined],
      ['command:c', 'failed', 'it does not work'],
    ]);
  });

  it('does not undo what it never began', async () => {
    const undone: string[] = [];
    bench.machine.script('undo', ({ argv }) => void undone.push(argv[1] ?? ''));
    const last = command({ id: 'last', argv: ['true'], onlyAfter: ['file:x'], undo: ['undo', 'last'] });
    await bench.apply(APP, [command({ id: 'fail', argv: ['false'], unless: ['false'] }), last]);
    expect(undone).toEqual([]);
  });

  it('may work later when the disk is full, and leaves nothing half made', async () => {
    const before = bench.machine.snapshot();
    let writes = 0;
    failWith = (operation) => (operation === 'files.write' && ++writes === 2 ? 'ENOSPC' : undefined);
    const report = await bench.apply(
      APP,
      ['a', 'b'].map((name) => file({ path: `${site}/${name}`, content: name })),
    );
    expect(report.outcome).toMatchObject({ kind: 'retry', reason: 'OutOfSpace' });
    expect(bench.machine.snapshot()).toEqual(before);
  });

  it('needs the folder of a file to be declared', async () => {
    const report = await bench.apply(APP, [file({ path: `${site}/missing/a`, content: '' })]);
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'NotFound' });
  });

  it('needs a user to be declared before its files', async () => {
    const files = [file({ path: `${site}/a`, content: '', owner: 'one' })];
    expect((await bench.apply(APP, files)).outcome).toMatchObject({ kind: 'failed', reason: 'UnknownUser' });
    expect((await bench.apply(APP, [user({ name: 'one', home: site }), ...files])).outcome).toEqual({ kind: 'inSync' });
    expect(bench.machine.disk.find(`${site}/a`)).toMatchObject({ uid: bench.firstUid, gid: bench.firstUid });
  });

  it('is refused when it would not keep its promise, naming plugin and resource', async () => {
    const report = await bench.apply(APP, [command({ id: 'make', argv: ['true'], creates: `${site}/never` })]);
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'Inconsistent' });
    expect(report.outcome).toHaveProperty('message', expect.stringMatching(/command:make of plugin test/));
  });

  it('tells all problems at once', async () => {
    bench.machine.disk.writeFile(`${site}/a`, 'theirs');
    bench.machine.disk.makeFolder(`${site}/b`);
    const planned = await bench.plan(
      APP,
      ['a', 'b'].map((name) => file({ path: `${site}/${name}`, content: '' })),
    );
    expect(planned.problems).toHaveLength(2);
  });

  it('takes over what is already as it should be', async () => {
    bench.machine.disk.writeFile(`${site}/a`, 'same');
    const report = await bench.apply(APP, [file({ path: `${site}/a`, content: 'same' })]);
    expect(report).toMatchObject({ outcome: { kind: 'inSync' }, steps: [] });
    await bench.remove(APP);
    expect(bench.machine.disk.find(`${site}/a`)).toBeUndefined();
  });

  it('lets a resource become another one at the same path', async () => {
    await bench.apply(APP, [directory({ path: `${site}/a` })]);
    const as = (resources: Resource[]) => bench.apply(APP, resources);
    const { dataset } = await import('@freehold/sdk');
    const report = await as([dataset({ id: 'a', title: 'A', files: { path: `${site}/a` } })]);
    expect(report).toMatchObject({ outcome: { kind: 'inSync' }, steps: [] });
    expect(bench.store.inventory.ofOwner(APP).map(({ key }) => key)).toEqual(['dataset:a']);
  });

  it('of an older revision than the last is ignored', async () => {
    await bench.apply(APP, [file({ path: `${site}/a`, content: 'new' })], { revision: 5 });
    bench.engine.accept(bench.applyWork(APP, [file({ path: `${site}/a`, content: 'old' })], { revision: 4 }));
    await bench.engine.settled();
    expect(bench.machine.disk.readFile(`${site}/a`)).toBe('new');
  });

  it('of two revisions of one owner at once does the later only', async () => {
    const work = [1, 2, 3].map((revision) =>
      bench.applyWork(APP, [file({ path: `${site}/a`, content: `${revision}` })], { revision }),
    );
    for (const piece of [...work, ...work]) bench.engine.accept(piece);
    await bench.engine.settled();
    expect(bench.machine.disk.readFile(`${site}/a`)).toBe('3');
    const applied = bench.reports.filter(({ kind }) => kind === 'applied');
    expect(applied).toMatchObject([{ revision: 3 }]);
  });
});

describe('ownership', () => {
  const conflicts: [string, (path: string) => [Resource, Resource]][] = [
    ['a path', (path) => [file({ path, content: 'a' }), file({ path, content: 'b' })]],
    ['a path of different kinds', (path) => [file({ path, content: 'a' }), link({ path, target: 'b' })]],
    [
      'a path as a whole and in parts',
      (path) => [file({ path, content: 'a' }), fragment({ path, key: 'b', content: 'b' })],
    ],
    ['a part', (path) => [fragment({ path, key: 'a', content: 'a' }), fragment({ path, key: 'a', content: 'b' })]],
    ['a user', () => [user({ name: 'both', home: '/srv' }), user({ name: 'both', home: '/srv' })]],
  ];

  it.each(conflicts)('of %s is never shared: both owners are named', async (_, make) => {
    const [first, second] = make(`${bench.home}/node/config/x`);
    await bench.apply('role:first', [first], { title: 'First' });
    const report = await bench.apply('role:second', [second]);
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'OwnedByAnother' });
    expect(report.outcome).toHaveProperty('message', expect.stringMatching(/“First” \(role:first\).*role:second/));
  });

  it.each(conflicts)('of %s is not shared within an owner either', async (_, make) => {
    const [first, second] = make(`${bench.home}/node/config/x`);
    const report = await bench.apply('role:one', [first, { ...second, id: 'other' }]);
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'OwnedTwice' });
  });

  it('of a path that another owner in hand is about to take is settled later', async () => {
    const path = `${bench.home}/node/config/x`;
    const owners: OwnerKey[] = ['role:a', 'role:b'];
    const reports = await bench.doAll(owners.map((owner) => bench.applyWork(owner, [file({ path, content: owner })])));
    expect(reports.map(({ outcome }) => outcome.kind).sort()).toEqual(['inSync', 'retry']);
  });

  it('of parts of a file is shared as long as they agree on its mode', async () => {
    const path = `${bench.home}/node/config/x`;
    await bench.apply('role:a', [fragment({ path, key: 'a', content: 'a' })]);
    const report = await bench.apply('role:b', [fragment({ path, key: 'b', content: 'b', mode: '0600' })]);
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'FragmentMismatch' });
    expect((await bench.apply('role:b', [fragment({ path, key: 'b', content: 'b' })])).outcome).toEqual({
      kind: 'inSync',
    });
    expect(bench.machine.disk.readFile(path)).toBe('a\nb\n');
    await bench.remove('role:a');
    expect(bench.machine.disk.readFile(path)).toBe('b\n');
    await bench.remove('role:b');
    expect(bench.machine.disk.find(path)).toBeUndefined();
  });
});

describe('the rights of a plugin', () => {
  it.each([
    ['a path', file({ path: '/etc/shadow', content: '' })],
    ['a path in another site', file({ path: '/var/lib/freehold/node/sites/two/a', content: '' })],
    ['a program', command({ id: 'x', argv: ['rm'], creates: '/var/lib/freehold/node/sites/one/x' })],
    ['a user', file({ path: '/var/lib/freehold/node/sites/one/a', content: '', owner: 'root' })],
    ['a service in an app', service({ name: 'web', argv: ['true'] })],
  ])('do not reach beyond what the hoster approved: %s', async (_, resource) => {
    bench.configure({
      grants: [
        {
          plugin: 'test',
          version: '1.0.0',
          capabilities: { paths: ['{sites}/**'], commands: ['true'], services: ['web'] },
        },
      ],
    });
    const before = bench.machine.snapshot();
    const report = await bench.apply(APP, [resource]);
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'CapabilityMissing' });
    expect(bench.machine.snapshot()).toEqual(before);
  });

  it('are none for a plugin that is not enabled', async () => {
    bench.configure({ grants: [] });
    const report = await bench.apply(APP, [directory({ path: `${site}/a` })]);
    expect(report.outcome).toMatchObject({
      kind: 'failed',
      reason: 'CapabilityMissing',
      message: expect.stringContaining('test'),
    });
  });

  it.each([
    ['an unknown member', { path: '/a', content: '', evil: true }],
    ['a path with ..', { path: '/a/../b', content: '' }],
    ['a missing member', { path: '/a' }],
  ])('do not excuse a malformed resource: %s', async (_, spec) => {
    const report = await bench.apply(APP, [{ type: 'file', id: '/a', spec }]);
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'ResourceRefused' });
  });

  it('do not excuse a type that the agent does not know', async () => {
    const report = await bench.apply(APP, [{ type: 'kernel.module', id: 'x', spec: {} }]);
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'UnknownPrimitive' });
  });
});

describe('secrets', () => {
  const secrets = { '{{secret:db}}': 'hunter2-hunter2' };

  it('get into secret files and the environment of programs', async () => {
    await bench.apply(
      APP,
      [
        file({ path: `${site}/a`, content: 'password={{secret:db}}', secret: true }),
        command({ id: 'x', argv: ['x'], onlyAfter: [`file:${site}/a`], env: { PASSWORD: '{{secret:db}}' } }),
        timer({ id: 't', schedule: '* * * * *', argv: ['t'], env: { PASSWORD: '{{secret:db}}' } }),
      ],
      { secrets },
    );
    expect(bench.machine.disk.readFile(`${site}/a`)).toBe('password=hunter2-hunter2');
    expect(bench.machine.disk.find(`${site}/a`)).toMatchObject({ mode: 0o600 });
    expect(bench.machine.commands.runs[0]?.env).toEqual({ PASSWORD: 'hunter2-hunter2' });
    await bench.machine.clock.advance(60_000);
    expect(bench.machine.commands.runs.at(-1)).toMatchObject({ argv: ['t'], env: { PASSWORD: 'hunter2-hunter2' } });
  });

  it.each([
    ['a file that is none', file({ path: '/var/lib/freehold/node/sites/one/a', content: '{{secret:db}}' })],
    ['an argument', command({ id: 'x', argv: ['x', '{{secret:db}}'], unless: ['false'] })],
    ['a fragment', fragment({ path: '/var/lib/freehold/node/sites/one/a', key: 'a', content: '{{secret:db}}' })],
  ])('get nowhere else: %s', async (_, resource) => {
    const report = await bench.apply(APP, [resource], { secrets });
    expect(report.outcome).toMatchObject({ kind: 'failed', reason: 'SecretMisplaced' });
  });

  it('are in no plan, step, output, drift or report', async () => {
    bench.machine.script('leak', ({ env }) => ({
      stdout: `using ${env.PASSWORD}`,
      code: 1,
      stderr: `bad ${env.PASSWORD}`,
    }));
    const content = file({ path: `${site}/a`, content: '{{secret:db}}\n', secret: true });
    const leak = command({ id: 'x', argv: ['leak'], unless: ['false'], env: { PASSWORD: '{{secret:db}}' } });
    await bench.plan(APP, [content, leak], { secrets });
    await bench.apply(APP, [content, leak], { secrets });
    await bench.apply(APP, [content], { secrets });
    bench.machine.disk.writeFile(`${site}/a`, 'by hand');
    await bench.sweep();
    await bench.apply(APP, [content], { secrets: { '{{secret:db}}': 'another-value' } });
    expect(bench.reports.length).toBeGreaterThan(4);
    expect(JSON.stringify(bench.reports)).not.toMatch(/hunter2|another-value/);
  });

  it('that are another now are a change, also where manual edits are kept', async () => {
    bench.configure({ drift: 'keep' });
    const content = file({ path: `${site}/a`, content: '{{secret:db}}', secret: true });
    await bench.apply(APP, [content], { secrets });
    await bench.apply(APP, [content], { secrets: { '{{secret:db}}': 'another-value' } });
    expect(bench.machine.disk.readFile(`${site}/a`)).toBe('another-value');
  });
});
