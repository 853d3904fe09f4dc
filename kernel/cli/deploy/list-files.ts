import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { dirname, join, normalize, posix } from 'node:path';
import type { FieldProblem } from '../problem.ts';
import { exitCodes, ProblemError } from '../problem.ts';
import { type IsIgnored, loadIgnoreFile } from './ignore-file.ts';

/** One entry of the archive. */
export interface FileEntry {
  /** Relative to the folder, with `/`. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  readonly mode: number;
  readonly mtime: Date;
  readonly bytes: number;
  /** Of a link. */
  readonly target?: string;
}

export interface Listing {
  readonly folder: string;
  readonly entries: readonly FileEntry[];
  /** Of all files together, before compression. */
  readonly bytes: number;
}

/** What would be deployed of a folder, in a fixed order. Refuses, with all problems at once, what must not be sent. */
export async function listFiles(name: string): Promise<Listing> {
  const folder = await findFolder(name);
  const walk: Walk = { folder, isIgnored: await loadIgnoreFile(folder), entries: [], problems: [] };
  await walkFolder(walk, '');
  if (walk.problems.length > 0) throw folderRefused(name, walk.problems);
  return { folder, entries: walk.entries, bytes: walk.entries.reduce((sum, { bytes }) => sum + bytes, 0) };
}

interface Walk {
  readonly folder: string;
  readonly isIgnored: IsIgnored;
  readonly entries: FileEntry[];
  readonly problems: FieldProblem[];
}

async function walkFolder(walk: Walk, parent: string): Promise<void> {
  const children = await readdir(join(walk.folder, parent), { withFileTypes: true }).catch((error) => {
    walk.problems.push(problemOf(parent, `The folder cannot be read (${error.code}).`));
    return [] as Dirent[];
  });
  children.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const child of children) {
    const path = posix.join(parent, child.name);
    if (walk.isIgnored(child.isDirectory() ? `${path}/` : path)) continue;
    const stats = await lstat(join(walk.folder, path));
    const entry = await readEntry(walk, path, stats);
    if (entry) walk.entries.push(entry);
    if (stats.isDirectory()) await walkFolder(walk, path);
  }
}

async function readEntry(walk: Walk, path: string, stats: Stats): Promise<FileEntry | undefined> {
  const common = { path, mode: stats.mode & 0o777, mtime: stats.mtime };
  if (stats.isDirectory()) return { ...common, type: 'directory', bytes: 0 };
  if (stats.isFile()) return { ...common, type: 'file', bytes: stats.size };
  if (stats.isSymbolicLink()) return readLink(walk, common);
  const kind = stats.isSocket() ? 'a socket' : stats.isFIFO() ? 'a pipe' : 'a device';
  walk.problems.push(problemOf(path, `It is ${kind}, and only files, folders and links can be deployed.`));
  return undefined;
}

async function readLink(
  { folder, problems }: Walk,
  common: Pick<FileEntry, 'path' | 'mode' | 'mtime'>,
): Promise<FileEntry | undefined> {
  const target = await readlink(join(folder, common.path));
  const lands = normalize(join(dirname(common.path), target));
  if (!target.startsWith('/') && lands !== '..' && !lands.startsWith('../'))
    return { ...common, type: 'symlink', bytes: 0, target };
  problems.push({
    ...problemOf(common.path, 'The link leads out of the folder.'),
    value: target,
    remedy: 'Put a copy in its place, or name it in .freeholdignore.',
  });
  return undefined;
}

async function findFolder(name: string): Promise<string> {
  const folder = await realpath(name).catch(() => undefined);
  const stats = folder === undefined ? undefined : await lstat(folder);
  if (folder !== undefined && stats?.isDirectory()) return folder;
  throw new ProblemError(
    {
      code: 'folder-missing',
      title: 'No folder',
      detail: stats ? `${name} is a file, not a folder.` : `There is no folder ${name}.`,
      remedy: 'Give the folder that holds the files of the website.',
    },
    exitCodes.refused,
  );
}

function folderRefused(name: string, errors: readonly FieldProblem[]): ProblemError {
  return new ProblemError(
    {
      code: 'folder-refused',
      title: 'The folder cannot be deployed',
      detail: `${name} holds ${errors.length === 1 ? 'something' : `${errors.length} things`} that cannot be deployed. Nothing was sent.`,
      errors,
    },
    exitCodes.refused,
  );
}

function problemOf(path: string, message: string): FieldProblem {
  return { pointer: `/${path.replaceAll('~', '~0').replaceAll('/', '~1')}`, message };
}
