import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataset, directory, file, fragment, link, log, type Resource, service, user } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStateStore } from '../store/state-store.ts';
import { familyOf, processIds } from '../system/processes.ts';
import { Lives } from '../testing/life.ts';

/** What the agent is killed with cannot be caught, and when it comes is chance: the test says which points of time it drew. */

const APPS = ['a', 'b', 'c', 'd', 'e', 'f'];
/** More with `LIVES=100`. */
const LIVES = Number(process.env.LIVES ?? 10);
const ROLE: OwnerKey = 'role:web';
const nameOf = (app: string) => `fhkill${process.pid}${app}`;

/** Listens and serves nothing. Refuses no configuration. */
const PROGRAM = `
  use Socket;
  my ($path) = @ARGV;
  $SIG{HUP} = 'IGNORE';
  unlink $path;
  socket(S, PF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un($path)); listen(S, 50);
  sleep 1 while 1;
`;

let home: string;
let lives: Lives;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'freehold-kill-'));
  chmodSync(home, 0o711);
  lives = new Lives(home);
  for (const folder of ['node/sites', 'node/config', 'node/run', 'node/logs', 'node/state', 'agent/trash'])
    mkdirSync(join(home, folder), { recursive: true });
  writeFileSync(join(home, 'web.pl'), PROGRAM);
});
afterEach(async () => {
  await lives.live([...APPS.map((app) => lives.removal(`app:${app}`)), lives.removal(ROLE)]);
  rmSync(home, { recursive: true });
});

function role(): Resource[] {
  const config = `${home}/node/config/web`;
  const socket = `${home}/node/run/web.sock`;
  const watches = { reloadSignal: 'SIGHUP', reloadAfter: [`${config}/*`], listens: [`unix:${socket}`] } as const;
  return [
    directory({ path: config }),
    service({
      name: 'web',
      argv: ['perl', `${home}/web.pl`, socket],
      validate: ['true'],
      ...watches,
      reloadAfter: [`${config}/*`],
      listens: [`unix:${socket}`],
    }),
  ];
}

function app(name: string, content: string): Resource[] {
  const [site, owner] = [`${home}/node/sites/${name}`, nameOf(name)];
  return [
    user({ name: owner, home: site }),
    directory({ path: site, mode: '0711' }),
    dataset({ id: 'files', title: 'Files', files: { path: `${site}/files` } }),
    directory({ path: `${site}/files/data`, owner, group: owner }),
    file({ path: `${site}/files/index`, content }),
    link({ path: `${site}/files/current`, target: 'data' }),
    log({ id: 'access', title: 'Log', path: `${site}/access.log` }),
    file({ path: `${home}/node/config/web/${name}.conf`, content }),
    fragment({ path: `${home}/node/config/web/all`, key: name, content: `${name} ${content.trim()}` }),
  ];
}

it('an agent that is killed again and again ends with a machine that holds what its inventory says, and nothing else', async () => {
  const users = accounts();
  await lives.live([lives.application(ROLE, role())]);
  const times = Array.from({ length: LIVES }, () => Math.round(600 * Math.random() ** 2));
  for (const [index, time] of times.entries()) {
    const works = APPS.map((name) =>
      index % 3 === 2 && name < 'd'
        ? lives.removal(`app:${name}`)
        : lives.application(`app:${name}`, app(name, `${index}\n`)),
    );
    await lives.live(works, { killedAfter: time });
  }
  const reports = await lives.live([
    ...APPS.slice(0, 4).map((name) => lives.application(`app:${name}`, app(name, 'last\n'))),
    ...APPS.slice(4).map((name) => lives.removal(`app:${name}`)),
  ]);
  const story = `killed after ${times.join(', ')} ms`;
  expect(
    reports.map((report) => 'outcome' in report && report.outcome),
    story,
  ).toEqual(APPS.map(() => ({ kind: 'inSync' })));
  expect(strangers(), story).toEqual([]);
  expect(accounts(), story).toEqual([...users, ...APPS.slice(0, 4).map(nameOf)].sort());
  expect(servers(), story).toHaveLength(1);
  expect(readFileSync(`${home}/node/config/web/all`, 'utf8'), story).toBe('a last\nb last\nc last\nd last\n');

  const [swept] = await lives.live([{ kind: 'check', request: 'r' }]);
  expect(swept, story).toMatchObject({ kind: 'swept', owners: 5, changes: 0 });

  await lives.live([...APPS.map((name) => lives.removal(`app:${name}`)), lives.removal(ROLE)], {
    killedAfter: times[0],
  });
  await lives.live(APPS.map((name) => lives.removal(`app:${name}`)));
  await lives.live([lives.removal(ROLE)]);
  expect(filesBelow(`${home}/node`), story).toEqual(
    ['logs', 'logs/web.log', 'run', 'run/web.sock', 'sites', 'config', 'state'].sort(),
  );
  expect(filesBelow(`${home}/agent/trash`), story).toEqual([]);
  expect(accounts(), story).toEqual(users);
  expect(servers(), story).toEqual([]);
});

/** What stands on the machine and in no inventory. */
function strangers(): string[] {
  const store = openStateStore(join(home, 'agent/state.db'));
  const known = new Set(['sites', 'config', 'run', 'logs', 'state', 'logs/web.log', 'run/web.sock']);
  for (const { owner } of store.owners.list())
    for (const { resource } of store.inventory.ofOwner(owner)) {
      const path =
        resource.type === 'dataset' ? resource.spec.files?.path : 'path' in resource.spec && resource.spec.path;
      if (path) known.add(path.slice(`${home}/node/`.length));
    }
  const left = [...store.journal.list().map(({ owner }) => `journal of ${owner}`)];
  store.close();
  return [...left, ...filesBelow(`${home}/node`).filter((path) => !known.has(path))];
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
}

/** Names of users and groups that this test makes. */
function accounts(): string[] {
  const names = (path: string) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.split(':')[0] ?? '');
  const ours = (path: string) =>
    names(path)
      .filter((name) => name.startsWith(`fhkill${process.pid}`))
      .sort();
  expect(ours('/etc/group')).toEqual(ours('/etc/passwd'));
  return ours('/etc/passwd');
}

/** Processes of the service, whoever started them. */
function servers(): number[] {
  return processIds().filter((pid) => {
    try {
      return familyOf(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${home}/web.pl`);
    } catch {
      return false;
    }
  });
}
