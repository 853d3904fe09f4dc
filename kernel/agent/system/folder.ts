import { closeSync, constants, lstatSync, openSync, readlinkSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Boundaries, type LinkFacts, MOST_LINKS, requireNormal, throughLink } from './trust.ts';

/** Not in `node:fs`: a handle that names a folder without reading it (open(2)). */
const O_PATH = 0o10000000;
const FOLDER = O_PATH | constants.O_DIRECTORY;

export interface WalkRules extends Boundaries {
  /** The uid of the agent. */
  readonly agent: number;
}

/**
 * An open folder. What is done to names in it goes through `/proc/self/fd`, which is openat(2) by other means: nobody
 * can put a link in the way between the check and the act.
 */
export class Folder implements Disposable {
  readonly #handle: number;

  private constructor(handle: number) {
    this.#handle = handle;
  }

  /** Opens the folder that a path stands in. */
  static parentOf(path: string, rules: WalkRules): Folder {
    requireNormal(path);
    return Folder.open(dirname(path), path, rules);
  }

  static open(folder: string, path: string, rules: WalkRules): Folder {
    return new Folder(walk(folder, rules.around(path), rules));
  }

  /** A path for `node:fs` to a name in this folder. */
  at(name: string): string {
    return `/proc/self/fd/${this.#handle}/${name}`;
  }

  /** A path for `node:fs` to the last segment of a path. */
  last(path: string): string {
    return this.at(basename(path));
  }

  /** A path for `node:fs` to the folder itself. */
  get self(): string {
    return `/proc/self/fd/${this.#handle}/.`;
  }

  /** Opens a folder in this one; it must not be a link. */
  enter(name: string): Folder {
    return new Folder(openSync(this.at(name), FOLDER | constants.O_NOFOLLOW));
  }

  [Symbol.dispose](): void {
    closeSync(this.#handle);
  }
}

/** Opens a folder segment by segment. Synchronous: each of these calls takes some 3 µs, a trip through the thread pool 50. */
function walk(path: string, boundary: string, rules: WalkRules, linksLeft = MOST_LINKS): number {
  if (linksLeft === 0) throw Object.assign(new Error(`Too many links: ${path}`), { code: 'ELOOP' });
  let at = rules.startOf(path);
  let handle = openSync(at, FOLDER);
  for (const segment of path.slice(at === '/' ? 1 : at.length + 1).split('/')) {
    if (segment === '') continue;
    const rest = path.slice(join(at, segment).length);
    let next: number | LinkFacts;
    try {
      next = step(handle, at, segment);
    } finally {
      closeSync(handle);
    }
    if (typeof next !== 'number') {
      const target = throughLink(next, boundary, rules.agent);
      return walk(rest ? join(target, rest) : target, boundary, rules, linksLeft - 1);
    }
    [at, handle] = [join(at, segment), next];
  }
  return handle;
}

/** Opens one segment, or says where it leads when it is a link. */
function step(handle: number, folder: string, segment: string): number | LinkFacts {
  const place = `/proc/self/fd/${handle}/${segment}`;
  try {
    return openSync(place, FOLDER | constants.O_NOFOLLOW);
  } catch (cause) {
    const entry = findSync(place);
    if (entry?.isSymbolicLink())
      return {
        path: join(folder, segment),
        uid: entry.uid,
        folder: lstatSync(`/proc/self/fd/${handle}/.`),
        target: resolve(folder, readlinkSync(place)),
      };
    throw cause;
  }
}

function findSync(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}
