import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore from 'ignore';

/** Name of the file that says what of a folder is not deployed, in the syntax of .gitignore. */
export const IGNORE_FILE = '.freeholdignore';

/** Whether a path below the folder is left out. Folders end with `/`. */
export type IsIgnored = (path: string) => boolean;

/** Version control and the ignore file itself are never deployed. */
export async function loadIgnoreFile(folder: string): Promise<IsIgnored> {
  const rules = await readFile(join(folder, IGNORE_FILE), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const matcher = ignore()
    .add(rules)
    .add(['.git', '.hg', '.svn', `/${IGNORE_FILE}`]);
  return (path) => matcher.ignores(path);
}
