import { isAbsolute, normalize } from 'node:path';

/** An operation would have gone through a link that somebody else may have put there. */
export class UnsafePathError extends Error {
  override readonly name = 'UnsafePathError';
  readonly code = 'UNSAFE_PATH';
}

/** Where paths may lead. Both the real and the simulated machine go by these rules. */
export interface Boundaries {
  /** A folder whose own parents nobody but root and the agent can change: a walk along a path starts there. */
  startOf(path: string): string;
  /** The folder that a path must not leave, whatever links stand among its parents. */
  around(path: string): string;
}

/**
 * Within the data folder a path stays in the data folder, and within one site's folder it stays in that folder, because
 * the site's own programs may write there. Elsewhere on the machine links lead where root made them lead.
 */
export function boundaries(home: string, sites: string): Boundaries {
  return {
    startOf: (path) => (isBelow(path, home) ? home : '/'),
    around(path) {
      const site = isBelow(path, sites) ? path.indexOf('/', sites.length + 1) : -1;
      if (site > 0) return path.slice(0, site);
      return isBelow(path, home) ? home : '/';
    },
  };
}

export interface LinkFacts {
  readonly path: string;
  /** Owner of the link. */
  readonly uid: number;
  /** The folder it stands in. */
  readonly folder: { readonly uid: number; readonly mode: number };
  /** Where it leads, absolute and in normal form. */
  readonly target: string;
}

/** Gives the way on through a link among the parents of a path. */
export function throughLink(link: LinkFacts, boundary: string, agent: number): string {
  const trusted = (uid: number) => uid === 0 || uid === agent;
  const sticky = (link.folder.mode & 0o1000) !== 0;
  const guarded = trusted(link.folder.uid) && ((link.folder.mode & 0o022) === 0 || sticky);
  if (!trusted(link.uid) || !guarded)
    throw new UnsafePathError(`${link.path} is a link that others than root can change`);
  if (!isWithin(link.target, boundary))
    throw new UnsafePathError(`${link.path} is a link to ${link.target}, which is outside ${boundary}`);
  return link.target;
}

/** How many links a path may lead through, as in path_resolution(7). */
export const MOST_LINKS = 40;

/** Refuses what is no absolute path in normal form: a mistake of ours, never of a plugin, whose paths have a schema. */
export function requireNormal(path: string): void {
  if (!isAbsolute(path) || normalize(path) !== path || path.includes('\0') || (path.endsWith('/') && path !== '/'))
    throw new TypeError(`Not an absolute path in normal form: ${JSON.stringify(path)}`);
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || isBelow(path, folder);
}

export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder === '/' ? '/' : `${folder}/`) && path !== folder;
}
