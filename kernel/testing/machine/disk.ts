import { basename, dirname, join, resolve } from 'node:path';
import { failure } from '../../agent/system/failure.ts';
import type { Attributes } from '../../agent/system/system.ts';
import { type Boundaries, MOST_LINKS, requireNormal, throughLink } from '../../agent/system/trust.ts';
import { copyInode, type FolderInode, type Inode, newFile, newFolder, newLink, newOther, touch } from './inode.ts';

const ROOT: Attributes = { mode: 0o755, uid: 0, gid: 0 };

/** A tree of files in memory, and what people and programs do to it by hand, past the agent. */
export class Disk {
  readonly root = newFolder(ROOT);

  // --- By hand: follows every link, asks for no permission, makes the parents it needs -----------------------

  writeFile(path: string, content: string | Uint8Array, attributes: Partial<Attributes> = {}): void {
    const folder = this.#folderByHand(dirname(path));
    const present = folder.children.get(basename(path));
    if (present?.kind === 'file' && Object.keys(attributes).length === 0) {
      present.content = Buffer.from(content);
      touch(present);
    } else {
      folder.children.set(basename(path), newFile(Buffer.from(content), { ...ROOT, mode: 0o644, ...attributes }));
    }
    touch(folder);
  }

  makeFolder(path: string, attributes: Partial<Attributes> = {}): void {
    Object.assign(this.#folderByHand(path), attributes);
  }

  makeLink(path: string, target: string, uid = 0): void {
    this.#folderByHand(dirname(path)).children.set(basename(path), newLink(target, uid));
  }

  /** Gives a file another name. */
  makeHardLink(existing: string, path: string): void {
    const inode = this.find(existing);
    if (inode?.kind !== 'file') throw failure('EPERM', existing);
    inode.links++;
    touch(inode);
    this.#folderByHand(dirname(path)).children.set(basename(path), inode);
  }

  makePipe(path: string, attributes: Partial<Attributes> = {}): void {
    this.#folderByHand(dirname(path)).children.set(basename(path), newOther({ ...ROOT, ...attributes }));
  }

  changeMode(path: string, attributes: Partial<Attributes>): void {
    const inode = this.#require(path);
    Object.assign(inode, attributes);
    touch(inode);
  }

  remove(path: string): void {
    const folder = this.find(dirname(path));
    if (folder?.kind === 'directory' && folder.children.delete(basename(path))) touch(folder);
  }

  rename(from: string, to: string): void {
    const inode = this.#require(from);
    this.remove(from);
    this.#folderByHand(dirname(to)).children.set(basename(to), inode);
  }

  readFile(path: string): string {
    const inode = this.#require(path);
    if (inode.kind !== 'file') throw failure('EINVAL', path);
    return inode.content.toString('utf8');
  }

  /** Names in a folder. */
  list(path: string): string[] {
    const inode = this.find(path);
    return inode?.kind === 'directory' ? [...inode.children.keys()].sort() : [];
  }

  /** What stands there; links among the parents are followed, one at the end is not. */
  find(path: string): Inode | undefined {
    if (path === '/') return this.root;
    const folder = this.#follow(dirname(path), MOST_LINKS);
    return folder?.kind === 'directory' ? folder.children.get(basename(path)) : undefined;
  }

  // --- As the agent: by the rules of trust.ts ----------------------------------------------------------------

  /** The folder that a path stands in. */
  parentOf(path: string, rules: Boundaries & { agent: number }): FolderInode {
    requireNormal(path);
    return this.walk(dirname(path), { boundary: rules.around(path), rules });
  }

  walk(
    path: string,
    { boundary, rules, left = MOST_LINKS }: { boundary: string; rules: Boundaries & { agent: number }; left?: number },
  ): FolderInode {
    if (left === 0) throw failure('ELOOP', path);
    const start = rules.startOf(path);
    let [at, folder] = [start, this.#folderOf(this.#follow(start, MOST_LINKS), start)];
    for (const segment of path.slice(start === '/' ? 1 : start.length + 1).split('/')) {
      if (segment === '') continue;
      const next = folder.children.get(segment);
      if (next?.kind === 'link') {
        const rest = path.slice(join(at, segment).length);
        const facts = { path: join(at, segment), uid: next.uid, folder, target: resolve(at, next.target) };
        const target = throughLink(facts, boundary, rules.agent);
        return this.walk(rest ? join(target, rest) : target, { boundary, rules, left: left - 1 });
      }
      at = join(at, segment);
      folder = this.#folderOf(next, at);
    }
    return folder;
  }

  #folderOf(inode: Inode | undefined, path: string): FolderInode {
    if (!inode) throw failure('ENOENT', path);
    if (inode.kind !== 'directory') throw failure('ENOTDIR', path);
    return inode;
  }

  /** Becomes what another disk is now. Nothing that is done to one of them after that is seen on the other. */
  copyFrom({ root }: Disk): void {
    const copies = new Map<Inode, Inode>();
    this.root.children.clear();
    for (const [name, inode] of root.children) this.root.children.set(name, copyInode(inode, copies));
  }

  #require(path: string): Inode {
    const inode = this.find(path);
    if (!inode) throw failure('ENOENT', path);
    return inode;
  }

  #follow(path: string, left: number): Inode | undefined {
    if (left === 0) throw failure('ELOOP', path);
    let [at, inode]: [string, Inode | undefined] = ['/', this.root];
    for (const segment of path.split('/').filter(Boolean)) {
      if (inode?.kind !== 'directory') return undefined;
      inode = inode.children.get(segment);
      if (inode?.kind === 'link') inode = this.#follow(resolve(at, inode.target), left - 1);
      at = join(at, segment);
    }
    return inode;
  }

  #folderByHand(path: string): FolderInode {
    const known = this.#follow(path, MOST_LINKS);
    if (known) return this.#folderOf(known, path);
    const folder = newFolder(ROOT);
    this.#folderByHand(dirname(path)).children.set(basename(path), folder);
    return folder;
  }
}
