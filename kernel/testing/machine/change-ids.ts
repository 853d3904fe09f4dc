import { type Inode, touch } from './inode.ts';

/** Gives an inode, with everything below it, the new ids; gives how many files keep an old one because they have a name elsewhere. */
export function changeIdsBelow(top: Inode, ids: ReadonlyMap<number, number>): number {
  const names = new Map<Inode, number>();
  count(top, names);
  let left = 0;
  for (const [inode, known] of names) {
    if (!ids.has(inode.uid) && !ids.has(inode.gid)) continue;
    if (inode.kind === 'file' && inode.links > known) {
      left++;
      continue;
    }
    inode.uid = ids.get(inode.uid) ?? inode.uid;
    inode.gid = ids.get(inode.gid) ?? inode.gid;
    touch(inode);
  }
  return left;
}

/** How many names each file has at this place. */
function count(inode: Inode, names: Map<Inode, number>): void {
  names.set(inode, (names.get(inode) ?? 0) + 1);
  if (inode.kind === 'directory') for (const child of inode.children.values()) count(child, names);
}
