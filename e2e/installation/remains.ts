import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProcess, listPids } from '../../kernel/launcher/processes/process-table.ts';
import { findProcessesOf, findRoles, userOf } from './processes.ts';
import { PREFIX } from './settings.ts';

/** What an installation leaves on the machine besides its data folder. Debian packages and the user `freehold` stay. */
export interface Remains {
  readonly processes: readonly string[];
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** Walks the machine for everything that belongs to a data folder. */
export function findRemains(home: string): Remains {
  const users = accountsOf(home);
  // A group has no home: those of an installation are named like its users, or like its apps.
  const ids = new Set(users.map(({ gid }) => gid));
  const groups = readGroups().filter(({ name, gid }) => ids.has(gid) || existsSync(`${home}/node/sites/${name}`));
  return {
    processes: findProcessesOf(home).map(({ pid, command }) => `${pid} ${command}`),
    users: users.map(({ name }) => name),
    groups: groups.map(({ name }) => name),
  };
}

/** A test that was killed could not clean up: whoever comes next does. */
export function removeLeftovers(): void {
  for (const name of readdirSync(dirname(PREFIX))) {
    const path = join(dirname(PREFIX), name);
    const pid = path.startsWith(PREFIX) ? Number.parseInt(path.slice(PREFIX.length), 10) : Number.NaN;
    if (pid > 0 && !findProcess(pid)) removeRemains(path);
  }
}

/** Takes an installation off the machine, whatever state it is in. Gives what was left all the same. */
export function removeRemains(home: string): Remains {
  killAll(home);
  const { users, groups } = findRemains(home);
  for (const name of users) deleteUser(name);
  for (const name of groups) if (readGroups().some((group) => group.name === name)) run('groupdel', name);
  rmSync(home, { recursive: true, force: true, maxRetries: 10 });
  return findRemains(home);
}

/** `kill -9` for everything that works in a data folder, and for the launcher. */
export function killAll(home: string): void {
  const launchers = findRoles(home).launcher.map((pid) => ({ pid }));
  for (const { pid } of [...launchers, ...findProcessesOf(home)]) kill(pid);
}

/** `kill -9` for everything that runs as a user. */
export function killAllOf(uid: number): void {
  for (const pid of listPids()) if (userOf(pid) === uid) kill(pid);
}

export interface UnixAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** The unix users whose home lies in a data folder. */
export function accountsOf(home: string): UnixAccount[] {
  return readTable('/etc/passwd')
    .map(([name = '', , uid, gid, , folder = '']) => ({ name, uid: Number(uid), gid: Number(gid), home: folder }))
    .filter((account) => account.home.startsWith(`${home}/`));
}

export function readGroups(): { name: string; gid: number }[] {
  return readTable('/etc/group').map(([name = '', , gid]) => ({ name, gid: Number(gid) }));
}

function readTable(path: string): string[][] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(':'));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** What `userdel` does, also while processes of the user run; there need be nobody of this name. */
export function deleteUser(name: string): void {
  if (readTable('/etc/passwd').some(([other]) => other === name)) run('userdel', '--force', name);
}

/** Another program may be changing the list of users right now. */
function run(program: string, ...args: readonly string[]): void {
  for (let attempt = 1; ; attempt++) {
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    if (status === 0) return;
    if (attempt > 100 || !stderr.includes('lock')) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  }
}
