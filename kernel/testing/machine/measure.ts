import type { DiskUse } from '../../agent/system/system.ts';
import type { Inode } from './inode.ts';

/** Files take whole blocks, as on most disks. */
const BLOCK = 4096;

/** What an inode takes with everything below it. */
export function measureBelow(top: Inode): DiskUse {
  const found = new Set<Inode>();
  collect(top, found);
  const bytes = [...found].reduce((sum, inode) => sum + sizeOf(inode), 0);
  return { bytes, inodes: found.size };
}

function collect(inode: Inode, found: Set<Inode>): void {
  found.add(inode);
  if (inode.kind === 'directory') for (const child of inode.children.values()) collect(child, found);
}

function sizeOf(inode: Inode): number {
  if (inode.kind === 'directory') return BLOCK;
  return inode.kind === 'file' ? Math.ceil(inode.content.length / BLOCK) * BLOCK : 0;
}
