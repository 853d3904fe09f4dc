import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsync,
  openSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { failure, isCode } from './failure.ts';
import type { Attributes } from './system.ts';

/** Names an inode without opening it: no permission to read is needed, and a named pipe does not block. */
const NAME_ONLY = 0o10000000 | constants.O_NOFOLLOW;

/** Writes everything that comes. Synchronous for each chunk: it only goes to the page cache. */
export async function fill(handle: number, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  if (content instanceof Uint8Array) return writeAll(handle, content);
  for await (const chunk of content) writeAll(handle, chunk);
}

/** Off the main thread, because this one waits for the disk. */
export const syncHandle = promisify(fsync);

/** Owner first: chown(2) takes the set-user-id bits away. */
export function giveAttributes(handle: number, { mode, uid, gid }: Attributes): void {
  const stats = fstatSync(handle);
  if (stats.uid !== uid || stats.gid !== gid) fchownSync(handle, uid, gid);
  fchmodSync(handle, mode);
}

/** The same for what exists already. A file with a second name may be somebody's bait, so it is left alone. */
export function changeAttributes(place: string, { mode, uid, gid }: Attributes, path: string): void {
  const handle = openSync(place, NAME_ONLY);
  try {
    const stats = fstatSync(handle);
    if (!stats.isDirectory() && !(stats.isFile() && stats.nlink === 1))
      throw failure('EMLINK', `${path} is no folder and no file with one name only`);
    const inode = `/proc/self/fd/${handle}`;
    if (stats.uid !== uid || stats.gid !== gid) chownSync(inode, uid, gid);
    chmodSync(inode, mode);
  } finally {
    closeSync(handle);
  }
}

export function unlinkIfThere(place: string): void {
  try {
    unlinkSync(place);
  } catch (cause) {
    if (!isCode(cause, 'ENOENT')) throw cause;
  }
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
}
