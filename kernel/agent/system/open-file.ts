import { type BigIntStats, closeSync, constants, createReadStream, fstatSync, openSync, read } from 'node:fs';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { failure, isCode } from './failure.ts';
import type { Entry, OpenFile } from './system.ts';

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const readInto = promisify(read);

export class LinuxOpenFile implements OpenFile {
  readonly #handle: number;

  private constructor(handle: number) {
    this.#handle = handle;
  }

  /** Without waiting for the other end of a named pipe, and never through a link. */
  static open(place: string, path: string): LinuxOpenFile {
    const handle = openWithoutFollowing(place, path);
    if (fstatSync(handle).isFile()) return new LinuxOpenFile(handle);
    closeSync(handle);
    throw failure('EINVAL', `${path} is no regular file`);
  }

  async entry(): Promise<Entry> {
    return entryOf(fstatSync(this.#handle, { bigint: true }));
  }

  async read(position: number, length: number): Promise<Buffer> {
    const size = Number(fstatSync(this.#handle).size);
    const buffer = Buffer.alloc(Math.max(0, Math.min(length, size - position)));
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await readInto(this.#handle, buffer, filled, buffer.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  }

  stream(): Readable {
    return createReadStream('', { fd: this.#handle, start: 0, autoClose: false });
  }

  async close(): Promise<void> {
    closeSync(this.#handle);
  }
}

/** The change time is the kernel's own: unlike the modification time nobody can set it back. */
export function entryOf(stats: BigIntStats): Entry {
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : stats.isSymbolicLink() ? 'link' : 'other',
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    size: Number(stats.size),
    links: Number(stats.nlink),
    inode: `${stats.dev}:${stats.ino}`,
    stamp: `${stats.dev}:${stats.ino}:${stats.size}:${stats.ctimeNs}`,
  };
}

function openWithoutFollowing(place: string, path: string): number {
  try {
    return openSync(place, READ);
  } catch (cause) {
    if (isCode(cause, 'ELOOP', 'ENXIO')) throw failure('EINVAL', `${path} is no regular file`);
    throw cause;
  }
}
