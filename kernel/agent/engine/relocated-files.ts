import type { ReadableFiles } from '../primitives/primitive.ts';
import { isWithin } from '../system/trust.ts';

/** A folder that will be moved, and where it is now. */
export interface Relocation {
  readonly path: string;
  readonly now: string;
  /** Numbers of users that will change on the way. */
  readonly uids: ReadonlyMap<number, number>;
}

/** The files as they will stand after some folders have been moved, so that a plan tells the truth before the move. */
export function relocatedFiles(files: ReadableFiles, relocations: readonly Relocation[]): ReadableFiles {
  if (relocations.length === 0) return files;
  const of = (path: string) => relocations.find((candidate) => isWithin(path, candidate.path));
  const place = (path: string) => {
    const relocation = of(path);
    return relocation ? relocation.now + path.slice(relocation.path.length) : path;
  };
  return {
    async find(path) {
      const entry = await files.find(place(path));
      const uids = of(path)?.uids;
      return entry && { ...entry, uid: uids?.get(entry.uid) ?? entry.uid, gid: uids?.get(entry.gid) ?? entry.gid };
    },
    list: (path) => files.list(place(path)),
    read: (path, maxBytes) => files.read(place(path), maxBytes),
    readLink: (path) => files.readLink(place(path)),
    hash: (path) => files.hash(place(path)),
    open: (path) => files.open(place(path)),
  };
}
