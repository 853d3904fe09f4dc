import { type Dirent, lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** A file, link or folder of the program, by its path below the program's root. */
export type ProgramFiles = Map<string, ProgramFile>;

export type ProgramFile =
  | { readonly kind: 'directory' }
  | { readonly kind: 'link'; readonly target: string }
  | {
      readonly kind: 'file';
      readonly source: string;
      readonly size: number;
      readonly mtime: number;
      readonly mode: number;
    };

/** Our own folders that run. The command line and the launcher stay in the checkout. */
const FOLDERS = ['kernel/agent', 'kernel/postgres', 'kernel/server', 'sdk', 'ui-shell/dist', 'plugins'];
const FILES = ['package.json', 'kernel/package.json'];
/** What is only read by compilers, debuggers and tests. Packages inside packages are listed for themselves. */
const LEFT_OUT_OF_PACKAGES = /\.d\.[cm]?ts$|\.map$|^node_modules$/;
const LEFT_OUT_OF_OURS = /\.test\.ts$|^(?:testing|node_modules|\..*)$/;

/** Everything of a checkout that runs: our sources, and the dependencies that package-lock.json counts to production. */
export function listProgramFiles(checkout: string): ProgramFiles {
  const files: ProgramFiles = new Map();
  for (const path of FILES) addFile(files, path, join(checkout, path));
  for (const path of FOLDERS) addFolder(files, path, { source: join(checkout, path), leftOut: LEFT_OUT_OF_OURS });
  for (const { path, link } of productionPackages(checkout))
    if (link === undefined) addFolder(files, path, { source: join(checkout, path), leftOut: LEFT_OUT_OF_PACKAGES });
    else if (files.has(link)) addLink(files, path, relative(dirname(path), link));
  addParents(files);
  return files;
}

interface LockedPackage {
  readonly path: string;
  /** Of a workspace: the folder that it links to. */
  readonly link?: string;
}

function productionPackages(checkout: string): LockedPackage[] {
  const lock = JSON.parse(readFileSync(join(checkout, 'package-lock.json'), 'utf8'));
  const entries = Object.entries<Record<string, unknown>>(lock.packages);
  return entries
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.dev && !entry.devOptional)
    .map(([path, entry]) => ({ path, ...(entry.link ? { link: entry.resolved as string } : {}) }));
}

/** A folder that is not there is left out: an optional package of another platform, a panel that was not built. */
function addFolder(files: ProgramFiles, path: string, { source, leftOut }: { source: string; leftOut: RegExp }): void {
  for (const child of readFolder(source)) {
    if (leftOut.test(child.name)) continue;
    const below = `${path}/${child.name}`;
    const from = join(source, child.name);
    if (child.isDirectory()) addFolder(files, below, { source: from, leftOut });
    else if (child.isFile()) addFile(files, below, from);
    // A plugin may be a link to where somebody works on it, which the server's user need not be able to enter.
    else if (child.isSymbolicLink() && path === 'plugins')
      addFolder(files, below, { source: realpathSync(from), leftOut });
    else if (child.isSymbolicLink()) addLink(files, below, readlinkSync(from));
    files.set(path, { kind: 'directory' });
  }
}

function addLink(files: ProgramFiles, path: string, target: string): void {
  files.set(path, { kind: 'link', target });
}

function addFile(files: ProgramFiles, path: string, source: string): void {
  const stats: Stats = lstatSync(source);
  // Whatever the checkout's modes are: readable by all, writable by the owner alone.
  const mode = stats.mode & 0o111 ? 0o755 : 0o644;
  files.set(path, { kind: 'file', source, size: stats.size, mtime: Math.floor(stats.mtimeMs), mode });
}

function addParents(files: ProgramFiles): void {
  for (const path of [...files.keys()])
    for (let parent = dirname(path); parent !== '.' && !files.has(parent); parent = dirname(parent))
      files.set(parent, { kind: 'directory' });
}

function readFolder(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
