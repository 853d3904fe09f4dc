import type { TrashRecord } from '../store/trash-records.ts';
import type { Context } from './primitive.ts';
import { isAvailable, reserveUid } from './user-id.ts';

/**
 * The number of a user that is in the trash cannot be kept from everybody: another installation or an administrator may give it to
 * somebody. Then what comes back gets the number that its user has from now on. It is done in the trash, where no program can come
 * between.
 */
export async function giveNewUids(record: TrashRecord, content: string, context: Context): Promise<void> {
  const { store, owner, trash, system, warn } = context;
  for (const name of Object.keys(record.uids))
    if (store.accounts.find(owner, name) !== undefined) await reserveUid(name, context);
  const uids = trash.changedUids(record);
  if (uids.size === 0) return;
  const left = await system.files.changeIds(content, uids);
  if (left === 0) return;
  const former = [...uids.keys()].join(', ');
  warn(
    `Dataset ${record.dataset} of ${owner} has files with a second name outside of it: ${left}. They still belong to user id ${former}; give them their new owner by hand.`,
  );
}

/** The other way, for what is in the trash again. Harmless when nothing was changed, or not all of it. */
export async function giveFormerUids(
  record: TrashRecord,
  content: string,
  { trash, system: { files } }: Context,
): Promise<void> {
  const uids = trash.changedUids(record);
  if (uids.size === 0 || !(await files.find(content))) return;
  await files.changeIds(content, new Map([...uids].map(([former, now]) => [now, former])));
}

/** How it comes back, in words. */
export async function describeReturn(record: TrashRecord, { store, owner, system }: Context): Promise<string> {
  const lost: number[] = [];
  for (const [name, uid] of Object.entries(record.uids)) {
    const known = store.accounts.find(owner, name);
    const isKept = known === undefined || (known === uid && (await isAvailable(uid, name, system.accounts)));
    if (!isKept) lost.push(uid);
  }
  const back = `comes back from the trash, where it is since ${new Date(record.at).toISOString()}`;
  return lost.length === 0
    ? back
    : `${back}; what belonged to user id ${lost.join(', ')}, which somebody else has now, gets a new one`;
}
