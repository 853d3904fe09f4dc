import { posix } from 'node:path';
import type { Header } from 'tar-stream';
import { Refusal } from './refusal.ts';

interface Placed {
  readonly path: string;
  /** Folders that the archive does not list before it needs them, outermost first. */
  readonly newFolders: readonly string[];
}

export type TarEntry =
  | (Placed & { readonly kind: 'directory' })
  | (Placed & { readonly kind: 'file'; readonly executable: boolean })
  /** `target` as the link says it. */
  | (Placed & { readonly kind: 'link'; readonly target: string })
  /** Another name of an earlier file: it becomes a file of its own. */
  | (Placed & { readonly kind: 'copy'; readonly target: string });

/**
 * What an archive has put into its folder so far, and what it may put there next: nothing that leaves the folder, by its name or
 * through a link, and nothing but files, folders and links.
 */
export class ArchiveTree {
  readonly #folder: string;
  readonly #kinds = new Map<string, 'directory' | 'file' | 'link'>([['', 'directory']]);

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws Refusal naming the entry. */
  add(header: Header): TarEntry {
    const name = nameWithin(header.name);
    if (name === '') return { kind: 'directory', path: this.#folder, newFolders: [] };
    const newFolders = this.#parentsOf(name, header.name);
    const placed = { path: this.#pathOf(name), newFolders };
    if (header.type === 'directory') return this.#directory(name, placed);
    if (this.#kinds.has(name)) throw refused(header.name, 'it appears twice');
    switch (header.type) {
      case 'file':
      case 'contiguous-file':
        this.#kinds.set(name, 'file');
        return { ...placed, kind: 'file', executable: (header.mode & 0o111) !== 0 };
      case 'symlink':
        this.#kinds.set(name, 'link');
        return { ...placed, kind: 'link', target: targetWithin(name, header.linkname, header.name) };
      case 'link': {
        const original = nameWithin(header.linkname);
        if (this.#kinds.get(original) !== 'file')
          throw refused(header.name, `it is a link to ${header.linkname}, no file before it`);
        this.#kinds.set(name, 'file');
        return { ...placed, kind: 'copy', target: this.#pathOf(original) };
      }
      default:
        throw refused(header.name, `it is a ${header.type}; only files, folders and links may be in it`);
    }
  }

  #directory(name: string, { path, newFolders }: Placed): TarEntry {
    const known = this.#kinds.get(name);
    if (known && known !== 'directory') throw refused(name, 'it appears twice');
    this.#kinds.set(name, 'directory');
    return { kind: 'directory', path, newFolders: known ? newFolders : [...newFolders, path] };
  }

  #parentsOf(name: string, shown: string): string[] {
    const segments = name.split('/').slice(0, -1);
    const parents = segments.map((_, index) => segments.slice(0, index + 1).join('/'));
    const fresh: string[] = [];
    for (const parent of parents) {
      const kind = this.#kinds.get(parent);
      if (kind && kind !== 'directory') throw refused(shown, `${parent} is a ${kind}`);
      if (kind) continue;
      this.#kinds.set(parent, 'directory');
      fresh.push(this.#pathOf(parent));
    }
    return fresh;
  }

  #pathOf(name: string): string {
    return `${this.#folder}/${name}`;
  }
}

/** The name in normal form: `./a//b/` is `a/b`. */
function nameWithin(name: string): string {
  if (name.startsWith('/')) throw refused(name, 'it is an absolute path');
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) throw refused(name, 'it leaves the folder');
  if (/[\u0000-\u001f\u007f]/.test(name)) throw refused(name, 'it contains control characters');
  if (name.length > 4000 || segments.some((segment) => Buffer.byteLength(segment) > 255))
    throw refused(name, 'it is too long');
  return segments.join('/');
}

/**
 * `..` only at the beginning of a target, where it is counted from real folders: after another link it could mean any
 * place. What is left may lead through links that were checked like this one.
 */
function targetWithin(name: string, target: string, shown: string): string {
  const upwards = /^(?:\.\.?\/+)*(?:\.\.?$)?/.exec(target)?.[0] ?? '';
  const rest = target.slice(upwards.length).split('/');
  const resolved = posix.join(posix.dirname(name), target);
  const leaves = target === '' || target.startsWith('/') || target.includes('\0') || rest.includes('..');
  if (leaves || resolved === '..' || resolved.startsWith('../'))
    throw refused(shown, `it is a link to ${target}, which leaves the folder`);
  return target;
}

function refused(name: string, why: string): Refusal {
  const shown = name.slice(0, 200).replace(/[\u0000-\u001f\u007f]/g, '?');
  return new Refusal('ArchiveRefused', `The archive's entry ${shown} is refused: ${why}.`);
}
