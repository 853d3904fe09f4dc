import { createHash, type Hash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ENGINE_VERSION } from '@freehold/sdk';

/** What no running plugin reads. Tests are left out wherever they stand, so that a copy without them is the same code. */
const NOT_RUN = /^(?:\..*|node_modules|tests?|testing|__tests__)$|\.(?:test|spec)\.[cm]?[jt]sx?$/;
/** What of the SDK is only for people and compilers. */
const NOT_RUN_OF_SDK = /^(?:dist|LICENSE)$|\.md$/;

/**
 * Tells whether a plugin may compute something else than before, even when its version says that it is the same: a digest of its
 * files and of the SDK's. Packages that it depends on count by the versions in its package.json. What cannot be read counts as
 * empty; a link to a folder counts by its name.
 */
export function digestPlugin(folder: string): string {
  const hash = createHash('sha256').update(ENGINE_VERSION).update(digestSdk());
  addFolder(hash, folder);
  return hash.digest('base64url');
}

let ofSdk: string | undefined;

function digestSdk(): string {
  if (ofSdk === undefined) {
    const hash = createHash('sha256');
    addFolder(hash, dirname(createRequire(import.meta.url).resolve('@freehold/sdk')), NOT_RUN_OF_SDK);
    ofSdk = hash.digest('base64url');
  }
  return ofSdk;
}

/** Not asynchronous: a start has nothing else to do at this moment, and many small files are read sooner that way. */
function addFolder(hash: Hash, folder: string, leftOut?: RegExp): void {
  const entries = readFolder(folder).filter(({ name }) => !NOT_RUN.test(name) && !leftOut?.test(name));
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const content = entry.isDirectory() ? undefined : readContent(entry, join(folder, entry.name));
    // Names and lengths keep files apart: no two trees give the same bytes.
    hash.update(`${JSON.stringify(entry.name)} ${content?.length ?? 'folder'}\n`).update(content ?? '');
    if (!content) addFolder(hash, join(folder, entry.name), leftOut);
  }
  hash.update('end\n');
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Nothing is read from what is no file: a pipe would be waited for. */
function readContent(entry: Dirent, path: string): Buffer {
  try {
    if (entry.isFile() || statSync(path).isFile()) return readFileSync(path);
  } catch {
    // Counts as something that is no file.
  }
  return Buffer.alloc(0);
}
