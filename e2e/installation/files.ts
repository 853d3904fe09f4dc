import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The paths below a folder whose own name has this text in it. Links are not followed, and a folder that is missing is empty. */
export function findFiles(folder: string, text: string): string[] {
  return listTree(folder).filter((path) => path.slice(path.lastIndexOf('/')).includes(text));
}

/** Everything below a folder. */
export function listTree(folder: string): string[] {
  return childrenOf(folder).flatMap((child) => {
    const path = join(folder, child.name);
    return child.isDirectory() ? [path, ...listTree(path)] : [path];
  });
}

function childrenOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
