import {
  type BigIntStats,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
} from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { isCode } from './failure.ts';
import type { Folder } from './folder.ts';

/** Names an inode without opening it: a link is named itself, and a named pipe does not block. */
const NAME_ONLY = 0o10000000 | constants.O_NOFOLLOW;
const SET_IDS = 0o6000;
/** After so many the others of the process get a turn. */
const AT_ONCE = 500;

/**
 * Gives one name of a folder, with everything below it, the new ids. What was checked and what is changed is the same inode, also when
 * somebody puts another in its place. Gives how many files keep an old one because they have a name elsewhere.
 */
export async function changeIdsBelow(folder: Folder, name: string, ids: ReadonlyMap<number, number>): Promise<number> {
  /** How many names of a file were not met yet, by the file. */
  const missing = new Map<string, bigint>();
  let count = 0;
  await change(folder, name);
  return missing.size;

  async function change(parent: Folder, child: string): Promise<void> {
    if (++count % AT_ONCE === 0) await turn();
    if (!changeOne(parent.at(child))) return;
    using inner = parent.enter(child);
    for (const next of readdirSync(inner.self)) await change(inner, next);
  }

  /** Whether there may be more below. */
  function changeOne(place: string): boolean {
    const handle = openIfThere(place);
    if (handle === undefined) return false;
    try {
      const stats = fstatSync(handle, { bigint: true });
      if (needsChange(stats, ids) && hasNoNameLeft(stats)) giveIds(`/proc/self/fd/${handle}`, stats, ids);
      return stats.isDirectory();
    } finally {
      closeSync(handle);
    }
  }

  /** At the last of its names it is certain that all of them stand here. */
  function hasNoNameLeft(stats: BigIntStats): boolean {
    if (stats.isDirectory() || stats.nlink === 1n) return true;
    const file = `${stats.dev}:${stats.ino}`;
    const left = (missing.get(file) ?? stats.nlink) - 1n;
    missing.set(file, left);
    return left === 0n && missing.delete(file);
  }
}

function needsChange({ uid, gid }: BigIntStats, ids: ReadonlyMap<number, number>): boolean {
  return ids.has(Number(uid)) || ids.has(Number(gid));
}

/** chown(2) takes the set-id bits of a file away. */
function giveIds(inode: string, stats: BigIntStats, ids: ReadonlyMap<number, number>): void {
  const [uid, gid, mode] = [Number(stats.uid), Number(stats.gid), Number(stats.mode) & 0o7777];
  chownSync(inode, ids.get(uid) ?? uid, ids.get(gid) ?? gid);
  if (stats.isFile() && (mode & SET_IDS) !== 0) chmodSync(inode, mode);
}

function openIfThere(place: string): number | undefined {
  try {
    return openSync(place, NAME_ONLY);
  } catch (cause) {
    if (isCode(cause, 'ENOENT')) return undefined;
    throw cause;
  }
}
