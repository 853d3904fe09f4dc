import { fingerprint } from '../system/fingerprint.ts';
import type { Accounts } from '../system/system.ts';
import type { Context } from './primitive.ts';
import { Refusal } from './refusal.ts';

/** Below are people and system users: the distribution's own tools give numbers up to 60000. Containers begin at 524288. */
export const FIRST_UID = 200_000;
const LAST_UID = 499_999;
const COUNT = LAST_UID - FIRST_UID + 1;

/**
 * Where an installation begins to count, by a folder that only it has. Several on one machine know nothing of each other's trash, so
 * they begin far from each other.
 */
export function firstUidOf(folder: string): number {
  return FIRST_UID + (Number.parseInt(fingerprint(folder).slice(0, 12), 16) % COUNT);
}

/** The number that the owner's user of this name has, or had when it was removed; a new one when that was given to somebody else. */
export async function reserveUid(name: string, { store, owner, system, turns, firstUid }: Context): Promise<number> {
  return turns.take('uid', async () => {
    const known = store.accounts.find(owner, name);
    if (known !== undefined && (await isAvailable(known, name, system.accounts))) return known;
    const uid = await findFree(store.settings.find('nextUid') ?? firstUid, { store, system });
    store.transaction(() => {
      store.accounts.release(owner, name);
      store.accounts.reserve(uid, name, owner);
      store.settings.save('nextUid', after(uid));
    });
    return uid;
  });
}

/** Whether a user of this name can have the number, or has it. */
export async function isAvailable(uid: number, name: string, accounts: Accounts): Promise<boolean> {
  return (await accounts.isFree(uid)) || (await accounts.findUser(name))?.uid === uid;
}

/** Nobody's on this machine, and of nobody's files in the trash. */
async function findFree(first: number, { store, system }: Pick<Context, 'store' | 'system'>): Promise<number> {
  let uid = first;
  for (let tried = 0; tried < COUNT; tried++, uid = after(uid))
    if (!store.accounts.isReserved(uid) && (await system.accounts.isFree(uid))) return uid;
  throw new Refusal(
    'NoUserId',
    `All user ids from ${FIRST_UID} to ${LAST_UID} are taken. Purge or remove what has them.`,
  );
}

function after(uid: number): number {
  return uid < LAST_UID ? uid + 1 : FIRST_UID;
}
