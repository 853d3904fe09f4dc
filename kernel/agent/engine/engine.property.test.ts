import { setImmediate as turn } from 'node:timers/promises';
import {
  archive,
  command,
  dataset,
  directory,
  file,
  fragment,
  link,
  log,
  type Resource,
  service,
  timer,
  user,
} from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BenchOptions, SimulatedBench } from '../testing/bench.ts';
import { packed, sha256Of } from '../testing/packed.ts';

const NODE = '/var/lib/freehold/node';
const APP = 'app:one';
const SITE = `${NODE}/sites/one`;
/** More with `FUZZ=2000`. */
const RUNS = { numRuns: Number(process.env.FUZZ ?? 60) };
const failing = command({ id: 'fail', argv: ['false'], unless: ['false'] });

const uploads = { one: await packed({ 'index.html': 'one' }), two: await packed({ 'a/b': 'two', 'c.sh': 'x' }) };

const mode = fc.constantFrom('0755', '0750', '0700');
const content = fc.constantFrom('', 'one\n', 'two\ntwo\n', 'drei');
const owner = fc.constantFrom(undefined, 'nobody');

/** Anything that an app may have, but keys, whose content is never the same twice. */
const anything: fc.Arbitrary<Resource> = fc.oneof(
  record(directory, { path: path('d1', 'd2', 'd3'), mode, owner }),
  record(file, { path: path('f1', 'f2', 'f3'), content, owner, secret: fc.boolean() }),
  record(file, { path: fc.constantFrom(`${NODE}/config/web/a.conf`, `${NODE}/config/web/b.conf`), content }),
  record(fragment, { path: path('shared'), key: fc.constantFrom('a', 'b', 'c'), content }),
  record(fragment, { path: fc.constant(`${NODE}/config/web/shared`), key: fc.constantFrom('a', 'b'), content }),
  record(link, { path: path('l1', 'l2'), target: fc.constantFrom('d1', '/nowhere', 'files') }),
  record(log, { id: fc.constantFrom('access', 'error'), title: fc.constant('Log'), path: path('log') }).map(
    withOwnPath,
  ),
  record(timer, {
    id: fc.constantFrom('t1', 't2'),
    schedule: fc.constantFrom('0 3 * * *', '* * * * *'),
    argv: fc.constant(['true']),
  }),
  record(user, { name: fc.constantFrom('one', 'two'), home: fc.constantFrom(SITE, `${SITE}/d1`) }),
  fc.constantFrom('one', 'two').map((name) => {
    const sha256 = sha256Of(uploads[name as keyof typeof uploads]);
    return archive({ path: `${SITE}/unpacked`, source: 'upload', sha256, format: 'tar' });
  }),
  fc.constantFrom('c1', 'c2').map((name) => {
    const made = `${SITE}/${name}`;
    return command({ id: name, argv: ['touch', made], creates: made, undo: ['rm', made], remove: ['rm', made] });
  }),
  record(command, {
    id: fc.constant('after'),
    argv: fc.constant(['true']),
    onlyAfter: fc.constant([`file:${SITE}/f1`]),
  }),
  record(dataset, {
    id: fc.constant('files'),
    title: fc.constant('Files'),
    files: record((files) => files, { path: path('files'), mode }),
  }),
);

/** What an app declares: one thing for each key, in any order, below a folder that comes first. */
const documents = fc
  .uniqueArray(anything, { selector: ({ type, id }) => `${type}:${id}`, maxLength: 12 })
  .map((resources) => [directory({ path: SITE, mode: '0711' }), ...resources]);

describe('an apply of any resources', () => {
  it('ends as the plan said, and then there is nothing to do', async () => {
    await fc.assert(
      fc.asyncProperty(documents, documents, async (first, second) => {
        const bench = await makeBench();
        for (const document of [first, second]) {
          const planned = await bench.plan(APP, document);
          const applied = await bench.apply(APP, document);
          expect(applied.outcome).toEqual({ kind: 'inSync' });
          const promised = planned.changes.map(({ resource, action, diff }) => ({ resource, action, diff }));
          const kept = applied.steps.map(({ resource, action, diff }) => ({ resource, action, diff }));
          expect(sorted(kept)).toEqual(sorted(promised));
          expect((await bench.plan(APP, document)).changes).toEqual([]);
          expect((await bench.sweep()).swept.changes).toBe(0);
        }
      }),
      RUNS,
    );
  });

  it('that fails leaves the machine as it was', async () => {
    await fc.assert(
      fc.asyncProperty(documents, documents, async (first, second) => {
        const bench = await makeBench();
        await bench.apply(APP, first);
        const before = bench.machine.snapshot();
        const timers = await timersOf(bench);
        const applied = await bench.apply(APP, [...second, failing]);
        expect(applied.outcome).toMatchObject({ kind: 'failed', reason: 'CommandFailed' });
        expect(bench.machine.snapshot()).toEqual(before);
        expect(await timersOf(bench)).toEqual(timers);
        expect((await bench.plan(APP, first)).changes).toEqual([]);
      }),
      RUNS,
    );
  });

  it('leaves nothing after the removal but what is in the trash, and nothing after the purge', async () => {
    await fc.assert(
      fc.asyncProperty(documents, documents, async (first, second) => {
        const bench = await makeBench();
        const before = bench.machine.snapshot();
        await bench.apply(APP, first);
        await bench.apply(APP, second);
        expect((await bench.remove(APP)).outcome).toEqual({ kind: 'inSync' });
        expect(withoutTrash(bench)).toEqual({ ...before, files: withoutTrashFiles(before.files) });
        expect(bench.store.inventory.ofOwner(APP)).toEqual([]);
        await bench.remove(APP, { purge: true });
        expect(bench.machine.snapshot()).toEqual(before);
      }),
      RUNS,
    );
  });

  it('that is cut off anywhere is brought to the same end by the next agent', async () => {
    await fc.assert(
      fc.asyncProperty(documents, documents, fc.nat(40), async (first, second, count) => {
        const undisturbed = await makeBench();
        await undisturbed.apply(APP, first);
        await undisturbed.apply(APP, second);
        const bench = await makeBench();
        await bench.apply(APP, first);
        await dieAt(bench, count, () => bench.apply(APP, second));
        await bench.restart();
        expect((await bench.apply(APP, second)).outcome).toEqual({ kind: 'inSync' });
        expect(withoutTrash(bench)).toEqual(withoutTrash(undisturbed));
        expect(bench.store.journal.list()).toEqual([]);
        expect(await timersOf(bench)).toEqual(await timersOf(undisturbed));
      }),
      RUNS,
    );
  });

  it('puts back whatever was changed by hand', async () => {
    await fc.assert(
      fc.asyncProperty(documents, fc.array(fc.nat(30), { minLength: 1, maxLength: 5 }), async (document, choices) => {
        const bench = await makeBench();
        await bench.apply(APP, document);
        const before = bench.machine.snapshot();
        const files = Object.entries(before.files).filter(([path]) =>
          document.some(({ type, id }) => type === 'file' && id === path),
        );
        fc.pre(files.length > 0);
        for (const choice of choices) {
          const [path] = files[choice % files.length] ?? [''];
          if (choice % 3 === 0) bench.machine.disk.remove(path);
          else if (choice % 3 === 1) bench.machine.disk.writeFile(path, `by hand ${choice}`);
          else if (bench.machine.disk.find(path)) bench.machine.disk.changeMode(path, { mode: 0o777 });
        }
        await bench.sweep();
        expect(bench.machine.snapshot()).toEqual(before);
      }),
      RUNS,
    );
  });

  it('of many owners at once, in whatever order things happen, ends like one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(documents, { minLength: 2, maxLength: 6 }),
        fc.array(fc.nat(3), { minLength: 1, maxLength: 50 }),
        async (all, delays) => {
          const each = all.map((document, index) => ({
            owner: `app:o${index}` as OwnerKey,
            document: moved(document, index),
          }));
          const alone = await makeBench();
          for (const { owner, document } of each) await alone.apply(owner, document);
          let calls = 0;
          const together = await makeBench({
            before: async () => {
              for (let turns = delays[calls++ % delays.length] ?? 0; turns > 0; turns--) await turn();
            },
          });
          const reports = await together.doAll(each.map(({ owner, document }) => together.applyWork(owner, document)));
          expect(reports.map(({ outcome }) => outcome.kind)).toEqual(each.map(() => 'inSync'));
          expect(filesOf(together)).toEqual(filesOf(alone));
        },
      ),
      RUNS,
    );
  });
});

async function makeBench(options: BenchOptions = {}): Promise<SimulatedBench> {
  const bench = new SimulatedBench({
    uploads: Object.fromEntries(Object.values(uploads).map((bytes) => [sha256Of(bytes), bytes])),
    ...options,
  });
  const { machine } = bench;
  machine.script('false', () => ({ code: 1 }));
  machine.script('touch', ({ argv }) => void machine.disk.writeFile(argv[1] ?? '', ''));
  machine.script('rm', ({ argv }) => void machine.disk.remove(argv[1] ?? ''));
  await bench.apply('role:web', [
    directory({ path: `${NODE}/config/web` }),
    service({ name: 'web', argv: ['web'], reloadSignal: 'SIGHUP', reloadAfter: [`${NODE}/config/web/**`] }),
  ]);
  return bench;
}

/** Ends the agent at the nth crash point of an act; afterwards nothing of it reaches the machine. */
async function dieAt(bench: SimulatedBench, count: number, act: () => Promise<unknown>): Promise<void> {
  const { promise: death, resolve } = Promise.withResolvers<void>();
  let points = 0;
  await bench.restart(() => {
    if (points++ !== count) return undefined;
    bench.kill();
    resolve();
    return new Promise(() => undefined);
  });
  await Promise.race([act(), death]);
  await turn();
}

async function timersOf(bench: SimulatedBench): Promise<unknown[]> {
  const names = ['app-one-t1', 'app-one-t2'];
  return Promise.all(names.map((name) => bench.currentSystem.timers.find(name)));
}

function withoutTrash(bench: SimulatedBench) {
  const snapshot = bench.machine.snapshot();
  return { ...snapshot, files: withoutTrashFiles(snapshot.files) };
}

function withoutTrashFiles(files: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.includes('/agent/trash/')));
}

/** But for the numbers of users, which depend on who comes first. */
function filesOf(bench: SimulatedBench): string[] {
  return Object.entries(bench.machine.snapshot().files).map(
    ([path, facts]) => `${path} ${facts.replaceAll(/2000\d\d/g, 'uid')}`,
  );
}

/** The same document for another app. */
function moved(document: readonly Resource[], index: number): Resource[] {
  const text = JSON.stringify(document)
    .replaceAll('/sites/one', `/sites/o${index}`)
    .replaceAll(/config\/web\/([ab])\.conf/g, `config/web/$1${index}.conf`)
    .replaceAll('config/web/shared', `config/web/shared${index}`)
    .replaceAll(/"(one|two)"/g, `"$1_${index}"`);
  return JSON.parse(text);
}

function withOwnPath(resource: Resource<'log', { id: string; title: string; path: string }>): Resource {
  return { ...resource, spec: { ...resource.spec, path: `${SITE}/${resource.id}.log` } };
}

function path(...names: string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...names.map((name) => `${SITE}/${name}`));
}

function record<Spec, Made>(
  build: (spec: Spec) => Made,
  members: { [Name in keyof Spec]: fc.Arbitrary<Spec[Name]> },
): fc.Arbitrary<Made> {
  return fc.record(members).map((spec) => {
    const present = Object.entries(spec as object).filter(([, value]) => value !== undefined);
    return build(Object.fromEntries(present) as Spec);
  });
}

function sorted(changes: readonly object[]): string[] {
  return changes.map((change) => JSON.stringify(change)).sort();
}
