import { closeSync, constants, lstatSync, openSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import type { Folder } from './folder.ts';
import { syncHandle } from './handles.ts';

/** Removes one name of a folder with everything below it, entering folders by handle and never a link. */
export function removeBelow(folder: Folder, name: string): void {
  if (lstatSync(folder.at(name)).isDirectory()) {
    using inner = folder.enter(name);
    for (const child of readdirSync(inner.self)) removeBelow(inner, child);
    rmdirSync(folder.at(name));
  } else {
    unlinkSync(folder.at(name));
  }
}

/** Waits until all files and folders below a folder are on disk. Many at once share the disk's own commits. */
export async function flushTree(folder: Folder): Promise<void> {
  const files: string[] = [];
  for (const entry of readdirSync(folder.self, { withFileTypes: true })) {
    if (entry.isFile()) files.push(folder.at(entry.name));
    if (!entry.isDirectory()) continue;
    using inner = folder.enter(entry.name);
    await flushTree(inner);
  }
  for (let next = 0; next < files.length; next += AT_ONCE)
    await Promise.all(files.slice(next, next + AT_ONCE).map(flush));
  await flush(folder.self);
}

/** More than the thread pool has threads, so that the disk is never idle between two. */
const AT_ONCE = 16;

async function flush(place: string): Promise<void> {
  const handle = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    await syncHandle(handle);
  } finally {
    closeSync(handle);
  }
}
