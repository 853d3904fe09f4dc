import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dataset, directory, type Resource, user } from '@freehold/sdk';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Lives } from '../testing/life.ts';

const APP = 'app:one';
const USER = `fhtaken${process.pid}`;
const THIEF = `${USER}x`;
/** Enough to be killed among them: to change them all takes half a second. */
const FILES = 20_000;
const LIVES = 3;

let home: string;
let lives: Lives;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'freehold-taken-'));
  lives = new Lives(home);
  for (const folder of ['node/sites', 'node/config', 'node/run', 'node/logs', 'node/state', 'agent/trash'])
    mkdirSync(join(home, folder), { recursive: true });
});
afterEach(async () => {
  await lives.live([lives.removal(APP)]);
  execFileSync('userdel', [THIEF]);
  rmSync(home, { recursive: true });
});

function resources(): Resource[] {
  const site = `${home}/node/sites/one`;
  return [
    directory({ path: site, mode: '0711' }),
    // Before the user: to be killed here, and not while the user is made, which takes longer.
    dataset({ id: 'files', title: 'Files', files: { path: `${site}/files` } }),
    user({ name: USER, home: site }),
  ];
}

it('files get the new number of their user, also when the agent is killed among them, again and again', async () => {
  const files = `${home}/node/sites/one/files`;
  await lives.live([lives.application(APP, resources())]);
  const former = idOf(USER);
  for (let number = 0; number < FILES; number++) writeFileSync(`${files}/${number}`, '');
  execFileSync('chown', ['--recursive', `${former}:${former}`, files]);
  await lives.live([lives.removal(APP, { purge: false })]);
  execFileSync('useradd', ['--key', 'UID_MAX=500000', '--uid', String(former), '--no-create-home', THIEF]);

  const trash = `${home}/agent/trash/app-one/files`;
  const content = join(trash, readdirSync(trash)[0] ?? '', 'content');
  const left: number[] = [];
  for (let life = 0; life < LIVES; life++) {
    // At the first file that has another number than before: the new one, and then, in what is taken back, the former one again.
    const folder = existsSync(content) ? content : files;
    const first = join(folder, readdirSync(folder)[0] ?? '');
    const { uid } = statSync(first);
    const killedWhen = () => statSync(first, { throwIfNoEntry: false })?.uid !== uid;
    await lives.live([lives.application(APP, resources())], { killedWhen });
    left.push(ownersIn(existsSync(content) ? content : files).size);
  }
  expect(left).toContain(2);
  const [report] = await lives.live([lives.application(APP, resources())]);
  expect(report).toMatchObject({ outcome: { kind: 'inSync' } });
  expect(idOf(USER)).not.toBe(former);
  expect(ownersIn(files)).toEqual(new Map([[idOf(USER), FILES]]));
});

/** How many files each user id has. */
function ownersIn(folder: string): Map<number, number> {
  const owners = new Map<number, number>();
  for (const name of readdirSync(folder)) {
    const { uid } = statSync(`${folder}/${name}`);
    owners.set(uid, (owners.get(uid) ?? 0) + 1);
  }
  return owners;
}

function idOf(name: string): number {
  return Number(execFileSync('id', ['-u', name], { encoding: 'utf8' }));
}
