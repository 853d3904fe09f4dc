import { mkdirSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One folder with all of them in it, as a plugin host looks for them. */
export function linkPlugins(folders: readonly string[], into: string): void {
  mkdirSync(into);
  for (const [index, folder] of folders.entries()) symlinkSync(folder, join(into, `${index}-${basename(folder)}`));
}
