import type { Attributes, Entry } from '../../agent/system/system.ts';

interface Facts extends Attributes {
  readonly number: number;
  /** Grows with every change. */
  version: number;
  mode: number;
  uid: number;
  gid: number;
}

export interface FileInode extends Facts {
  readonly kind: 'file';
  content: Buffer;
  /** Names it has. */
  links: number;
}

export interface LinkInode extends Facts {
  readonly kind: 'link';
  readonly target: string;
}

export interface FolderInode extends Facts {
  readonly kind: 'directory';
  readonly children: Map<string, Inode>;
}

/** A named pipe, a device, a socket: something that is no file. */
export interface OtherInode extends Facts {
  readonly kind: 'other';
}

export type Inode = FileInode | LinkInode | FolderInode | OtherInode;

let lastNumber = 0;
let lastVersion = 0;

export function newFile(content: Uint8Array, attributes: Attributes): FileInode {
  return { kind: 'file', content: Buffer.from(content), links: 1, ...facts(attributes) };
}

export function newLink(target: string, uid: number): LinkInode {
  return { kind: 'link', target, ...facts({ mode: 0o777, uid, gid: uid }) };
}

export function newFolder(attributes: Attributes): FolderInode {
  return { kind: 'directory', children: new Map(), ...facts(attributes) };
}

export function newOther(attributes: Attributes): OtherInode {
  return { kind: 'other', ...facts(attributes) };
}

/** To be called after every change of content or attributes. */
export function touch(inode: Inode): void {
  inode.version = ++lastVersion;
}

/** The same inode for another disk, with all that is in it. Two names of one file stay names of one file. */
export function copyInode(inode: Inode, copies: Map<Inode, Inode>): Inode {
  const known = copies.get(inode);
  if (known) return known;
  const copy = inode.kind === 'directory' ? { ...inode, children: new Map<string, Inode>() } : { ...inode };
  copies.set(inode, copy);
  if (inode.kind === 'directory' && copy.kind === 'directory')
    for (const [name, child] of inode.children) copy.children.set(name, copyInode(child, copies));
  return copy;
}

export function entryOf(inode: Inode): Entry {
  const { kind, mode, uid, gid } = inode;
  return {
    kind,
    mode,
    uid,
    gid,
    size: inode.kind === 'file' ? inode.content.length : inode.kind === 'link' ? inode.target.length : 4096,
    links: inode.kind === 'file' ? inode.links : 1,
    inode: String(inode.number),
    stamp: `${inode.number}:${inode.version}`,
  };
}

function facts({ mode, uid, gid }: Attributes): Facts {
  return { number: ++lastNumber, version: ++lastVersion, mode, uid, gid };
}
