import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FoundPlugin } from './found-plugin.ts';
import { readPlugin } from './read-plugin.ts';

/**
 * Reads every folder with a `package.json` below the given folders, links followed; a given folder that does not exist
 * holds none. Those of earlier folders come first, within a folder by name.
 */
export async function findPlugins(folders: readonly string[]): Promise<readonly FoundPlugin[]> {
  const candidates = await Promise.all(folders.map(findPackages));
  return Promise.all(candidates.flat().map(readPlugin));
}

async function findPackages(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const visible = names.filter((name) => !name.startsWith('.') && name !== 'node_modules').sort();
  const found = await Promise.all(
    visible.map(async (name) => ((await hasPackage(join(folder, name))) ? join(folder, name) : [])),
  );
  return found.flat();
}

async function hasPackage(folder: string): Promise<boolean> {
  return stat(join(folder, 'package.json')).then(
    (status) => status.isFile(),
    (error: NodeJS.ErrnoException) => error.code === 'EACCES',
  );
}
