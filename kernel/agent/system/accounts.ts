import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { failure } from './failure.ts';
import type { Accounts, Commands, User } from './system.ts';

/** Linux keeps its accounts in text files; only the tools of the `passwd` package write them. */
export class LinuxAccounts implements Accounts {
  readonly self: Accounts['self'];
  readonly #commands: Commands;
  readonly #users = cached('/etc/passwd', parseUsers);
  readonly #groups = cached('/etc/group', parseGroups);
  readonly #hasDirectory = cached('/etc/nsswitch.conf', namesDirectory);
  /** The tools lock the files and give up at once when they are locked: one at a time, at least from here. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(self: Accounts['self'], commands: Commands) {
    this.self = self;
    this.#commands = commands;
  }

  async findUser(name: string): Promise<User | undefined> {
    const user = this.#users().get(name);
    if (!user) return undefined;
    const groups = [...this.#groups().values()].filter((group) => group.members.includes(name));
    return { ...user, groups: groups.map((group) => group.name).sort() };
  }

  async findGroup(name: string): Promise<number | undefined> {
    return this.#groups().get(name)?.gid;
  }

  async isFree(id: number): Promise<boolean> {
    const isUsed =
      [...this.#users().values()].some(({ uid }) => uid === id) ||
      [...this.#groups().values()].some(({ gid }) => gid === id);
    return !isUsed && (await this.#isFreeElsewhere(id));
  }

  /** Ids may come from a directory server, too. The files need no program to be asked. */
  async #isFreeElsewhere(id: number): Promise<boolean> {
    if (!this.#hasDirectory()) return true;
    const ask = (database: string) => this.#commands.run({ argv: ['getent', database, String(id)], timeout: 10_000 });
    const answers = await Promise.all([ask('passwd'), ask('group')]);
    return answers.every(({ code }) => code === NOT_FOUND);
  }

  async addUser({ name, uid, home, shell, groups }: Omit<User, 'gid'>): Promise<void> {
    const id = String(uid);
    const further = groups.length > 0 ? ['--groups', groups.join(',')] : [];
    const place = ['--home-dir', home, '--no-create-home', '--shell', shell];
    const gid = this.#groups().get(name)?.gid;
    // With the group in the same go, in a range of this one number: each run of a tool writes and syncs several files.
    const range = ['-K', `GID_MIN=${id}`, '-K', `GID_MAX=${id}`];
    const group = gid === undefined ? ['--user-group', ...range] : ['--gid', id];
    if (gid !== undefined && gid !== uid) throw failure('EACCOUNT', `Group ${name} exists and has number ${gid}.`);
    // `*` and not the default `!`: sshd takes the latter for a locked account and refuses keys too.
    await this.#tool(['useradd', '--uid', id, ...group, '--password', '*', ...place, ...further, name]);
  }

  async changeUser({ name, home, shell, groups }: Pick<User, 'name' | 'home' | 'shell' | 'groups'>): Promise<void> {
    await this.#tool(['usermod', '--home', home, '--shell', shell, '--groups', groups.join(','), name]);
  }

  async removeUser(name: string): Promise<void> {
    if (this.#users().has(name)) await this.#tool(['userdel', name]);
    if (this.#groups().has(name)) await this.#tool(['groupdel', name]);
  }

  #tool(argv: readonly string[]): Promise<void> {
    const turn = this.#last.then(() => this.#runTool(argv));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Another installation on this machine may hold the lock for a moment. */
  async #runTool(argv: readonly string[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { code, output } = await this.#commands.run({ argv, timeout: 60_000 });
      if (code === 0) return;
      if (attempt === 20 || !/cannot lock|try again later/i.test(output))
        throw failure('EACCOUNT', `${argv.join(' ')} ended with ${code}: ${output.trim()}`);
      await sleep(50 + 25 * attempt);
    }
  }
}

/** getent(1) */
const NOT_FOUND = 2;

/** Reads a file again only when it is another one, or was changed. */
function cached<Content>(path: string, parse: (text: string) => Content): () => Content {
  let stamp = '';
  let content: Content;
  return () => {
    const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
    const current = stats ? `${stats.ino}:${stats.size}:${stats.ctimeNs}` : 'none';
    if (current !== stamp) [content, stamp] = [parse(stats ? readFileSync(path, 'utf8') : ''), current];
    return content;
  };
}

/** Whether nsswitch.conf(5) names a source of users or groups besides the files. systemd's own are below our numbers. */
function namesDirectory(text: string): boolean {
  const sources = text.match(/^(passwd|group):.*$/gm)?.flatMap((line) => line.split(/\s+/).slice(1)) ?? ['unknown'];
  return sources.some((source) => !['files', 'systemd', 'compat'].includes(source));
}

function parseUsers(text: string): Map<string, Omit<User, 'groups'>> {
  const users = lines(text).map(([name = '', , uid, gid, , home = '', shell = '']) => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
    home,
    shell,
  }));
  return new Map(users.map((user) => [user.name, user]));
}

function parseGroups(text: string): Map<string, { name: string; gid: number; members: string[] }> {
  const groups = lines(text).map(([name = '', , gid, members = '']) => ({
    name,
    gid: Number(gid),
    members: members.split(',').filter(Boolean),
  }));
  return new Map(groups.map((group) => [group.name, group]));
}

function lines(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.includes(':'))
    .map((line) => line.split(':'));
}
