import { posix } from 'node:path';
import { problem } from '../../errors/problem.ts';

/** What the header of an entry says. */
export interface EntryHeader {
  readonly name: string;
  readonly type?: string | null;
  readonly size?: number;
  readonly mode?: number;
  readonly linkname?: string | null;
}

export interface ArchiveLimits {
  readonly appType: string;
  /** Bytes of all files together. */
  readonly maxBytes: number;
  readonly maxEntries: number;
}

type Kind = 'file' | 'directory' | 'symlink';

const LONGEST_PATH = 1_024;
const LONGEST_SEGMENT = 255;
/** setuid and setgid. */
const PRIVILEGED_BITS = 0o6000;
/** Entries that say something about the archive and become nothing. */
const SILENT = ['pax-header', 'pax-global-header', 'gnu-long-path', 'gnu-long-link-path'];

/**
 * Looks at the entries of an archive as they come by, and refuses what an agent that runs as root must never unpack: whatever leads
 * out of the folder, is no file, folder or link, or would be too much. Nothing is written.
 */
export class ArchiveInspection {
  readonly #limits: ArchiveLimits;
  readonly #kinds = new Map<string, Kind>();
  readonly #links = new Map<string, string>();
  #bytes = 0;

  constructor(limits: ArchiveLimits) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get entries(): number {
    return this.#kinds.size;
  }

  /** @throws ProblemError archive-refused, archive-too-large */
  add(header: EntryHeader): void {
    const type = header.type ?? 'file';
    if (SILENT.includes(type)) return;
    const path = normalizePath(header.name);
    if (path === '' && type === 'directory') return;
    this.#assertPlain(path, header);
    if (type === 'symlink') this.#links.set(path, getTarget(path, header));
    if (type === 'link') this.#assertFileBefore(path, header);
    this.#register(path, kindOf(type));
    this.#count(type === 'symlink' || type === 'link' ? 0 : (header.size ?? 0));
  }

  /** Links can be judged when all of them are known: one may lead through another. @throws ProblemError archive-refused */
  finish(): void {
    for (const path of this.#links.keys())
      if (this.#leavesFolder(path)) throw refused(path, 'the link leads out of the archive');
    if (this.#kinds.size === 0) throw problem('archive-broken', { reason: 'it has no entries' });
  }

  #assertPlain(path: string, { name, type, mode = 0 }: EntryHeader): void {
    const fault =
      faultOfPath(path) ??
      (kindOf(type ?? 'file') === undefined
        ? `it is a ${type}, which is neither a file nor a folder nor a link`
        : undefined) ??
      ((mode & PRIVILEGED_BITS) !== 0 ? 'it has the setuid or setgid bit' : undefined);
    if (fault) throw refused(name, fault);
    for (const parent of parentsOf(path)) {
      const kind = this.#kinds.get(parent);
      if (kind !== undefined && kind !== 'directory') throw refused(name, `${parent} is a ${kind} and no folder`);
    }
  }

  #register(path: string, kind: Kind | undefined): void {
    const before = this.#kinds.get(path);
    if (before !== undefined && !(before === 'directory' && kind === 'directory'))
      throw refused(path, 'it is there twice');
    for (const known of kind === 'directory' ? [] : this.#childrenOf(path)) throw refused(path, `${known} is below it`);
    this.#kinds.set(path, kind ?? 'file');
    for (const parent of parentsOf(path)) if (!this.#kinds.has(parent)) this.#kinds.set(parent, 'directory');
    if (this.#kinds.size > this.#limits.maxEntries) throw this.#tooLarge(this.#limits.maxEntries, 'entries');
  }

  /** Parents are registered with their children, so a path that has some is known already: as a folder. */
  #childrenOf(path: string): string[] {
    return this.#kinds.get(path) === 'directory' ? [path] : [];
  }

  #count(size: number): void {
    this.#bytes += size;
    if (this.#bytes > this.#limits.maxBytes) throw this.#tooLarge(this.#limits.maxBytes, 'bytes');
  }

  #tooLarge(limit: number, unit: string): Error {
    return problem('archive-too-large', { limit, unit, type: this.#limits.appType });
  }

  #assertFileBefore(path: string, { linkname }: EntryHeader): void {
    const target = normalizePath(linkname ?? '');
    if (this.#kinds.get(target) !== 'file')
      throw refused(path, `it is a hard link to ${target}, which is no file before it in the archive`);
  }

  /** Follows a link as the system would, through other links of the archive. */
  #leavesFolder(link: string): boolean {
    let at: string[] = posix.dirname(link) === '.' ? [] : posix.dirname(link).split('/');
    const ahead = (this.#links.get(link) ?? '').split('/');
    for (let steps = 0; ahead.length > 0; steps++) {
      if (steps > 4_000) return true;
      const segment = ahead.shift() ?? '';
      if (segment === '' || segment === '.') continue;
      if (segment === '..') {
        if (at.length === 0) return true;
        at = at.slice(0, -1);
        continue;
      }
      at = [...at, segment];
      const target = this.#links.get(at.join('/'));
      if (target === undefined) continue;
      ahead.unshift(...target.split('/'));
      at = at.slice(0, -1);
    }
    return false;
  }
}

function normalizePath(name: string): string {
  return name
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '');
}

function faultOfPath(path: string): string | undefined {
  if (path === '') return 'it has no name';
  if (path.startsWith('/')) return 'its path starts with /';
  if (/[\u0000-\u001f\u007f]/.test(path) || path.includes('\ufffd'))
    return 'its name has characters that are not allowed';
  if (Buffer.byteLength(path) > LONGEST_PATH) return `its path is longer than ${LONGEST_PATH} bytes`;
  const segments = path.split('/');
  if (segments.some((segment) => segment === '..' || segment === '.' || segment === ''))
    return 'its path has ., .. or empty parts';
  if (segments.some((segment) => Buffer.byteLength(segment) > LONGEST_SEGMENT))
    return `its name is longer than ${LONGEST_SEGMENT} bytes`;
  return undefined;
}

function getTarget(path: string, { linkname }: EntryHeader): string {
  const target = linkname ?? '';
  if (target === '' || target.length > LONGEST_PATH || /[\u0000-\u001f\u007f]/.test(target))
    throw refused(path, 'the link has no usable target');
  if (target.startsWith('/')) throw refused(path, 'the link leads out of the archive');
  return target;
}

function kindOf(type: string): Kind | undefined {
  if (type === 'file' || type === 'contiguous-file' || type === 'link') return 'file';
  return type === 'directory' || type === 'symlink' ? type : undefined;
}

function parentsOf(path: string): string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'));
}

function refused(entry: string, reason: string): Error {
  return problem('archive-refused', { entry, reason });
}
