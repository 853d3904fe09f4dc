import { existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NodePaths } from '@freehold/sdk';
import { isCode } from './system/failure.ts';

/**
 * Makes the data folder, if it is not there. Gives its path without links: what is written below it is checked for links, and the
 * folder's own parents are root's business.
 *
 * @throws Error naming the folder when it cannot be made
 */
export function makeHome(path: string): string {
  try {
    makeFolder(path, 0o711);
    makeFolder(join(path, 'agent/trash'), 0o700);
    return realpathSync(path);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${path} cannot be the data folder: ${words}. Give another one with --home.`, { cause });
  }
}

export function makeNodeFolders(home: string): NodePaths {
  const folder = (name: string) => {
    makeFolder(join(home, 'node', name), 0o711);
    return join(home, 'node', name);
  };
  return {
    sites: folder('sites'),
    config: folder('config'),
    run: folder('run'),
    logs: folder('logs'),
    state: folder('state'),
  };
}

/**
 * A folder with those around it. Not by the option of `mkdirSync` that does the same: it never returns where a file system has no such
 * folder and lets nobody make one, as /proc does.
 */
function makeFolder(path: string, mode: number): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (cause) {
    const isThereNow = isCode(cause, 'EEXIST') && statSync(path, { throwIfNoEntry: false })?.isDirectory();
    if (!isThereNow) throw cause;
  }
}
