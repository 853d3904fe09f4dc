import { existsSync, readFileSync, statSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * The folders of the plugins that a test names: by a folder or any file in it, or by the name of a package as the first plugin
 * sees it.
 *
 * @throws Error when there is no plugin
 */
export function findPluginFolders(plugins: readonly (string | URL)[]): string[] {
  const folders: string[] = [];
  for (const plugin of plugins) folders.push(findFolder(plugin, folders[0]));
  if (folders.length === 0) throw new Error('Name the plugin under test: plugins: [import.meta.url].');
  return [...new Set(folders)];
}

function findFolder(plugin: string | URL, first: string | undefined): string {
  const place = toPath(plugin) ?? findPackage(String(plugin), first);
  const start = place !== undefined && existsSync(place) ? place : undefined;
  if (start === undefined) throw new Error(`There is no plugin at ${String(plugin)}.`);
  const beginning = statSync(start).isDirectory() ? start : dirname(start);
  for (let folder = beginning; ; folder = dirname(folder)) {
    if (isPlugin(folder)) return folder;
    if (dirname(folder) === folder) return beginning;
  }
}

function toPath(plugin: string | URL): string | undefined {
  if (plugin instanceof URL || plugin.startsWith('file:')) return fileURLToPath(plugin);
  return isAbsolute(plugin) ? plugin : undefined;
}

function findPackage(name: string, first: string | undefined): string | undefined {
  if (first === undefined)
    throw new Error(`${name} is no path. The first plugin is named by its place: import.meta.url.`);
  try {
    return findPackageJSON(name, pathToFileURL(join(first, 'package.json')));
  } catch (cause) {
    throw new Error(`${name} is not installed where ${first} can import it.`, { cause });
  }
}

function isPlugin(folder: string): boolean {
  try {
    return 'freehold' in JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch {
    return false;
  }
}
