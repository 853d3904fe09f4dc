import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { failure, isCode } from '../../agent/system/failure.ts';
import type { Attributes, DiskUse, Entry, Files, OpenFile, Watch } from '../../agent/system/system.ts';
import type { Boundaries } from '../../agent/system/trust.ts';
import { changeIdsBelow } from './change-ids.ts';
import type { Disk } from './disk.ts';
import { entryOf, type FileInode, type FolderInode, type Inode, newFile, newFolder, newLink, touch } from './inode.ts';
import { measureBelow } from './measure.ts';

export type Rules = Boundaries & { readonly agent: number };

/** The files of a simulated machine, as the agent reaches them. */
export class SimulatedFiles implements Files {
  readonly #disk: Disk;
  readonly #rules: Rules;

  constructor(disk: Disk, rules: Rules) {
    this.#disk = disk;
    this.#rules = rules;
  }

  async find(path: string): Promise<Entry | undefined> {
    try {
      const inode = path === '/' ? this.#disk.root : this.#parent(path).children.get(basename(path));
      return inode && entryOf(inode);
    } catch (cause) {
      if (isCode(cause, 'ENOENT', 'ENOTDIR')) return undefined;
      throw cause;
    }
  }

  async list(path: string): Promise<string[]> {
    return [...this.#folder(path).children.keys()].sort();
  }

  async read(path: string, maxBytes: number): Promise<Buffer> {
    const { content } = this.#file(path);
    if (content.length > maxBytes) throw failure('EFBIG', path);
    return Buffer.from(content);
  }

  async readLink(path: string): Promise<string> {
    const inode = this.#require(path);
    if (inode.kind !== 'link') throw failure('EINVAL', path);
    return inode.target;
  }

  async hash(path: string): Promise<string> {
    return createHash('sha256').update(this.#file(path).content).digest('hex');
  }

  async write(path: string, content: Uint8Array, attributes: Attributes): Promise<void> {
    this.#requireAllowed(path, attributes);
    const folder = this.#parent(path);
    if (folder.children.get(basename(path))?.kind === 'directory') throw failure('EISDIR', path);
    this.#put(folder, path, newFile(content, attributes));
  }

  async create(path: string, content: Uint8Array | AsyncIterable<Uint8Array>, attributes: Attributes): Promise<void> {
    this.#requireAllowed(path, attributes);
    this.#requireAbsent(path);
    const bytes = content instanceof Uint8Array ? content : await allOf(content);
    this.#put(this.#parent(path), path, newFile(bytes, attributes));
  }

  async makeDirectory(path: string, attributes: Attributes): Promise<void> {
    this.#requireAllowed(path, attributes);
    this.#requireAbsent(path);
    this.#put(this.#parent(path), path, newFolder(attributes));
  }

  async makeLink(path: string, target: string): Promise<void> {
    const folder = this.#parent(path);
    if (folder.children.get(basename(path))?.kind === 'directory') throw failure('EISDIR', path);
    this.#put(folder, path, newLink(target, this.#rules.agent));
  }

  async setAttributes(path: string, attributes: Attributes): Promise<void> {
    this.#requireAllowed(path, attributes);
    const inode = this.#require(path);
    if (inode.kind !== 'directory' && !(inode.kind === 'file' && inode.links === 1)) throw failure('EMLINK', path);
    const { mode, uid, gid } = attributes;
    Object.assign(inode, { mode, uid, gid });
    touch(inode);
  }

  async changeIds(path: string, ids: ReadonlyMap<number, number>): Promise<number> {
    return changeIdsBelow(this.#require(path), ids);
  }

  async move(from: string, to: string): Promise<void> {
    const inode = this.#require(from);
    const target = this.#parent(to);
    this.#requireAbsent(to);
    this.#parent(from).children.delete(basename(from));
    touch(inode);
    target.children.set(basename(to), inode);
  }

  async removeFile(path: string): Promise<void> {
    const inode = await this.#findToRemove(path);
    if (inode?.kind === 'directory') throw failure('EISDIR', path);
    this.#unlink(path);
  }

  async removeDirectory(path: string): Promise<void> {
    const inode = await this.#findToRemove(path);
    if (!inode) return;
    if (inode.kind !== 'directory') throw failure('ENOTDIR', path);
    if (inode.children.size > 0) throw failure('ENOTEMPTY', path);
    this.#unlink(path);
  }

  async removeTree(path: string): Promise<void> {
    this.#unlink(path);
  }

  async measure(path: string): Promise<DiskUse> {
    const inode = (await this.find(path)) && this.#require(path);
    return inode ? measureBelow(inode) : { bytes: 0, inodes: 0 };
  }

  async flush(path: string): Promise<void> {
    this.#folder(path);
  }

  async open(path: string): Promise<OpenFile> {
    const inode = this.#file(path);
    return {
      entry: async () => entryOf(inode),
      read: async (position, length) => inode.content.subarray(position, position + length),
      stream: () => Readable.from(inode.content.length > 0 ? [Buffer.from(inode.content)] : []),
      close: async () => undefined,
    };
  }

  /** As often as a turn of the event loop, like a kernel with nothing else to do. */
  watch(path: string, changed: () => void): Watch {
    this.#folder(path);
    const timer = setInterval(changed, 1).unref();
    return { close: () => clearInterval(timer) };
  }

  #parent(path: string): FolderInode {
    return this.#disk.parentOf(path, this.#rules);
  }

  #folder(path: string): FolderInode {
    return this.#disk.walk(path, { boundary: this.#rules.around(path), rules: this.#rules });
  }

  #require(path: string): Inode {
    const inode = this.#parent(path).children.get(basename(path));
    if (!inode) throw failure('ENOENT', path);
    return inode;
  }

  #file(path: string): FileInode {
    const inode = this.#require(path);
    if (inode.kind !== 'file') throw failure('EINVAL', path);
    return inode;
  }

  #requireAbsent(path: string): void {
    if (this.#parent(path).children.has(basename(path))) throw failure('EEXIST', path);
  }

  /** chown(2): only root gives files away. */
  #requireAllowed(path: string, { uid }: Attributes): void {
    if (this.#rules.agent !== 0 && uid !== this.#rules.agent) throw failure('EPERM', path);
  }

  async #findToRemove(path: string): Promise<Inode | undefined> {
    try {
      return this.#parent(path).children.get(basename(path));
    } catch (cause) {
      if (isCode(cause, 'ENOENT')) return undefined;
      throw cause;
    }
  }

  #put(folder: FolderInode, path: string, inode: Inode): void {
    this.#forget(folder.children.get(basename(path)));
    folder.children.set(basename(path), inode);
    touch(folder);
  }

  #unlink(path: string): void {
    try {
      const folder = this.#parent(path);
      this.#forget(folder.children.get(basename(path)));
      if (folder.children.delete(basename(path))) touch(folder);
    } catch (cause) {
      if (!isCode(cause, 'ENOENT')) throw cause;
    }
  }

  #forget(inode: Inode | undefined): void {
    if (inode?.kind !== 'file') return;
    inode.links--;
    touch(inode);
  }
}

async function allOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}
