import { failure } from '../../agent/system/failure.ts';
import type { Accounts, User } from '../../agent/system/system.ts';

/** The accounts of a simulated machine: at first root, nobody and whoever the agent runs as. */
export class SimulatedAccounts implements Accounts {
  readonly self: Accounts['self'];
  readonly users = new Map<string, User>();
  readonly groups = new Map<string, number>();

  constructor(self: Accounts['self']) {
    this.self = self;
    this.addByHand('root', 0);
    this.addByHand('nobody', 65534);
    if (self.uid !== 0) this.addByHand(self.name, self.uid);
  }

  /** As a package's script does it. */
  addByHand(name: string, id: number, groups: readonly string[] = []): void {
    this.groups.set(name, id);
    this.users.set(name, { name, uid: id, gid: id, home: '/nonexistent', shell: '/usr/sbin/nologin', groups });
  }

  async findUser(name: string): Promise<User | undefined> {
    return this.users.get(name);
  }

  async findGroup(name: string): Promise<number | undefined> {
    return this.groups.get(name);
  }

  async isFree(id: number): Promise<boolean> {
    const ids = [...this.users.values()].flatMap(({ uid, gid }) => [uid, gid]);
    return !ids.includes(id) && ![...this.groups.values()].includes(id);
  }

  async addUser({ name, uid, home, shell, groups }: Omit<User, 'gid'>): Promise<void> {
    if (this.self.uid !== 0) throw failure('EACCOUNT', 'Permission denied.');
    if (this.users.has(name)) throw failure('EACCOUNT', `user '${name}' already exists`);
    this.#requireGroups(groups);
    this.groups.set(name, uid);
    this.users.set(name, { name, uid, gid: uid, home, shell, groups: [...groups].sort() });
  }

  async changeUser({ name, home, shell, groups }: Pick<User, 'name' | 'home' | 'shell' | 'groups'>): Promise<void> {
    const user = this.users.get(name);
    if (!user) throw failure('EACCOUNT', `user '${name}' does not exist`);
    this.#requireGroups(groups);
    this.users.set(name, { ...user, home, shell, groups: [...groups].sort() });
  }

  async removeUser(name: string): Promise<void> {
    this.users.delete(name);
    this.groups.delete(name);
  }

  #requireGroups(groups: readonly string[]): void {
    const missing = groups.find((group) => !this.groups.has(group));
    if (missing) throw failure('EACCOUNT', `group '${missing}' does not exist`);
  }
}
