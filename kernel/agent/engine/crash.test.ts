import { setImmediate as turn } from 'node:timers/promises';
import {
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
import { describe, expect, it } from 'vitest';
import { SimulatedBench } from '../testing/bench.ts';

const ROLE = 'role:web';
const APP = 'app:one';
const HOME = '/var/lib/freehold/node';
const SITE = `${HOME}/sites/one`;

/** A service that reads configuration and refuses what says so. */
function roleResources(): Resource[] {
  return [
    directory({ path: `${HOME}/config/web` }),
    file({ path: `${HOME}/config/web/main.conf`, content: 'main\n' }),
    service({
      name: 'web',
      argv: ['web'],
      validate: ['web', '-t'],
      reloadSignal: 'SIGHUP',
      reloadAfter: [`${HOME}/config/web/**`],
    }),
  ];
}

function appResources(version: 'old' | 'new'): Resource[] {
  const common = [
    directory({ path: SITE, mode: '0711' }),
    user({ name: 'one', home: SITE }),
    dataset({ id: 'files', title: 'Files', files: { path: `${SITE}/files`, owner: 'one' } }),
    log({ id: 'access', title: 'Access', path: `${SITE}/access.log` }),
    command({ id: 'install', argv: ['install', version], onlyAfter: [`file:${SITE}/settings`], undo: ['uninstall'] }),
    file({ path: `${SITE}/settings`, content: `${version}\n`, owner: 'one' }),
    file({ path: `${HOME}/config/web/one.conf`, content: `site ${version}\n` }),
    fragment({ path: `${HOME}/config/web/shared.conf`, key: 'one', content: `one ${version}` }),
    timer({ id: 'cron', schedule: version === 'old' ? '0 3 * * *' : '0 4 * * *', argv: ['true'] }),
  ];
  return version === 'old'
    ? [
        ...common,
        link({ path: `${SITE}/current`, target: 'old' }),
        file({ path: `${HOME}/config/web/old.conf`, content: 'gone\n' }),
      ]
    : [...common, link({ path: `${SITE}/current`, target: 'new' }), directory({ path: `${SITE}/more` })];
}

/** Does something on a machine whose agent dies at the nth crash point; gives undefined when it did not come so far. */
async function dieAt(
  count: number,
  prepare: (bench: SimulatedBench) => Promise<unknown>,
  act: (bench: SimulatedBench) => Promise<unknown>,
) {
  const bench = new SimulatedBench();
  bench.machine.script('false', () => ({ code: 1 }));
  await prepare(bench);
  let points = 0;
  let place: string | undefined;
  let dead: () => void = () => undefined;
  const death = new Promise<void>((resolve) => {
    dead = resolve;
  });
  await bench.restart((point) => {
    if (++points !== count) return undefined;
    place = point;
    bench.kill();
    dead();
    return new Promise(() => undefined);
  });
  await Promise.race([act(bench), death]);
  await turn();
  return place === undefined ? undefined : { bench, place };
}

/** What it is like on a machine where the agent lived. */
async function undisturbed(...acts: ((bench: SimulatedBench) => Promise<unknown>)[]) {
  const bench = new SimulatedBench();
  bench.machine.script('false', () => ({ code: 1 }));
  for (const act of acts) await act(bench);
  return withoutTrashTimes(bench);
}

function withoutTrashTimes(bench: SimulatedBench) {
  const snapshot = bench.machine.snapshot();
  const files = Object.entries(snapshot.files).map(([path, facts]) => [
    path.replace(/20\d\d-[\dTZ-]+/, 'then'),
    facts.replace(/20\d\d-[\dTZ:.-]+/, 'then'),
  ]);
  return { ...snapshot, files: Object.fromEntries(files) };
}

const role = (bench: SimulatedBench) => bench.apply(ROLE, roleResources());
const old = (bench: SimulatedBench) => bench.apply(APP, appResources('old'));
const next = (bench: SimulatedBench) => bench.apply(APP, appResources('new'));
const remove = (bench: SimulatedBench) => bench.remove(APP);
const purge = (bench: SimulatedBench) => bench.remove(APP, { purge: true });
const failing = (bench: SimulatedBench) =>
  bench.apply(APP, [...appResources('new'), command({ id: 'fail', argv: ['false'], unless: ['false'] })]);

/** What a program of the app left in its data. */
const written = async ({ machine, firstUid: uid }: SimulatedBench) =>
  machine.disk.writeFile(`${SITE}/files/upload`, 'x', { uid, gid: uid });
const stolen = async ({ machine, firstUid }: SimulatedBench) => machine.accounts.addByHand('thief', firstUid);

type Act = (bench: SimulatedBench) => Promise<unknown>;

const stories: [string, { before: Act[]; act: Act; undoes?: boolean }][] = [
  ['a node role is applied for the first time', { before: [], act: role }],
  ['an app is created', { before: [role], act: old }],
  ['an app is changed', { before: [role, old], act: next }],
  ['an app is changed in vain', { before: [role, old], act: failing, undoes: true }],
  ['an app is removed', { before: [role, old], act: remove }],
  ['an app comes back from the trash', { before: [role, old, remove], act: old }],
  ['an app comes back from the trash with another user id', { before: [role, old, written, remove, stolen], act: old }],
  ['an app is purged', { before: [role, old, remove], act: purge }],
];

describe.each(stories)('when the agent dies while %s', (_, { before, act, undoes }) => {
  const prepare: Act = async (bench) => {
    for (const step of before) await step(bench);
  };

  it('the next agent brings the machine to where it would have been, from every point', async () => {
    const wanted = await undisturbed(prepare, ...(undoes ? [] : [act]));
    const places: string[] = [];
    for (let count = 1; ; count++) {
      const died = await dieAt(count, prepare, act);
      if (!died) break;
      places.push(died.place);
      await died.bench.restart();
      if (!undoes) await act(died.bench);
      expect(withoutTrashTimes(died.bench), died.place).toEqual(wanted);
      expect(died.bench.store.journal.list(), died.place).toEqual([]);
    }
    expect(places.length).toBeGreaterThan(1);
  });

  it('a change that was not committed is taken back by the next agent alone', async () => {
    const was = await undisturbed(prepare);
    for (let count = 1; ; count++) {
      const died = await dieAt(count, prepare, act);
      if (!died) break;
      if (isAfterCommit(died.place)) continue;
      await died.bench.restart();
      expect(withoutTrashTimes(died.bench), died.place).toEqual(was);
    }
  });

  it('the next agent may die too, at every point of its recovery', async () => {
    const wanted = await undisturbed(prepare, ...(undoes ? [] : [act]));
    for (let count = 3; count < 40; count += 6) {
      const died = await dieAt(count, prepare, act);
      if (!died) break;
      for (let second = 1; await diesAgain(died.bench, second); second++);
      await died.bench.restart();
      if (!undoes) await act(died.bench);
      expect(withoutTrashTimes(died.bench), died.place).toEqual(wanted);
    }
  });
});

/** Whether a new agent, too, died, at the nth point of its recovery. */
async function diesAgain(bench: SimulatedBench, count: number): Promise<boolean> {
  let points = 0;
  const { promise: death, resolve } = Promise.withResolvers<boolean>();
  const restarted = bench.restart(() => {
    if (++points !== count) return undefined;
    bench.kill();
    resolve(true);
    return new Promise(() => undefined);
  });
  const died = await Promise.race([restarted.then(() => false), death]);
  await turn();
  return died;
}

function isAfterCommit(place: string): boolean {
  return place === 'commit.after' || place === 'settled' || /^(removed|purge)\./.test(place);
}
