import type { PrimitiveSpec } from '@freehold/sdk';
import type { User } from '../system/system.ts';
import { type Context, different, type PrimitiveHandler, same } from './primitive.ts';
import { Refusal } from './refusal.ts';
import { FIRST_UID, reserveUid } from './user-id.ts';

export interface UserFacts {
  readonly uid: number;
}

interface Inverse {
  readonly name: string;
  /** Chosen before anything is made. */
  readonly uid: number;
  readonly before: User | null;
}

const DEFAULT_SHELL = '/usr/sbin/nologin';

export const userHandler: PrimitiveHandler<'user', UserFacts, Inverse> = {
  identities: ({ name }) => [{ name: `user:${name}`, shared: false }],

  async check({ spec, recorded }, context) {
    const { accounts } = context.system;
    if (isAgent(spec.name, context)) return same({ uid: accounts.self.uid });
    const user = await accounts.findUser(spec.name);
    if (!user) {
      requireRoot(spec.name, context);
      return different('create', `makes the user, home ${spec.home}`);
    }
    if (!recorded && !isOurs(user, spec, context)) throw foreignUser(user);
    const difference = differenceOf(user, spec);
    return difference ? different('update', difference) : same({ uid: user.uid });
  },

  async inverse({ spec }, context) {
    const before = (await context.system.accounts.findUser(spec.name)) ?? null;
    return { name: spec.name, uid: before?.uid ?? (await reserveUid(spec.name, context)), before };
  },

  async apply({ spec }, context) {
    const { accounts } = context.system;
    const { name, home, shell = DEFAULT_SHELL, groups = [] } = spec;
    const user = await accounts.findUser(name);
    if (user) {
      await accounts.changeUser({ name, home, shell, groups });
      return { facts: { uid: user.uid } };
    }
    const uid = await reserveUid(name, context);
    await accounts.addUser({ name, uid, home, shell, groups });
    return { facts: { uid } };
  },

  async undo({ name, uid, before }, context) {
    const { accounts } = context.system;
    if (before) return accounts.changeUser(before);
    const user = await accounts.findUser(name);
    const id = user?.uid ?? (await accounts.findGroup(name));
    if (id === uid) await removeAccount(name, uid, context);
  },

  async remove({ spec, facts }, context) {
    if (isAgent(spec.name, context)) return undefined;
    await removeAccount(spec.name, facts.uid, context);
    keepNumber(spec.name, facts, context);
    return undefined;
  },
};

/** Files in the trash belong to the number: nobody else shall get it. An agent that lost its store found the user without having reserved it. */
function keepNumber(name: string, { uid }: UserFacts, { store, owner }: Context): void {
  if (store.trash.ofOwner(owner).length === 0) store.accounts.release(owner, name);
  else if (store.accounts.find(owner, name) === undefined) store.accounts.reserve(uid, name, owner);
}

async function removeAccount(name: string, uid: number, { system }: Context): Promise<void> {
  if (!(await system.processes.endAllOf(uid)))
    throw new Refusal('ProcessesLeft', `Processes of user ${name} do not end.`, { retryAfter: 30 });
  await system.accounts.removeUser(name);
}

/** A user that an agent made which lost its store. Never one of the system's own. */
function isOurs(user: User, spec: PrimitiveSpec<'user'>, { store, owner }: Context): boolean {
  return user.uid === store.accounts.find(owner, spec.name) || (user.uid >= FIRST_UID && user.home === spec.home);
}

function isAgent(name: string, { system }: Context): boolean {
  return name === system.accounts.self.name;
}

function requireRoot(name: string, { system, warn }: Context): void {
  const { self } = system.accounts;
  if (self.uid === 0) return;
  const message = `The agent runs as ${self.name} and cannot make user ${name}. Run it as root.`;
  warn(message);
  throw new Refusal('NeedsRoot', message);
}

function foreignUser({ name, uid }: User): Refusal {
  return new Refusal(
    'ForeignContent',
    `User ${name} (${uid}) exists and Freehold did not make it. Remove the user, or let the plugin use another name.`,
  );
}

function differenceOf(user: User, { home, shell = DEFAULT_SHELL, groups = [] }: PrimitiveSpec<'user'>): string {
  const wanted = [...groups].sort().join(', ');
  const differences = [
    user.home === home ? '' : `home ${user.home} → ${home}`,
    user.shell === shell ? '' : `shell ${user.shell} → ${shell}`,
    user.groups.join(', ') === wanted ? '' : `groups ${user.groups.join(', ') || 'none'} → ${wanted || 'none'}`,
  ];
  return differences.filter(Boolean).join(', ');
}
