import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import { exitCodes, ProblemError } from '../problem.ts';
import type { FileEntry, Listing } from './list-files.ts';

export interface PackProgress {
  /** Bytes of the files that are in the archive by now, before compression. */
  read: number;
  /** Bytes that left, compressed. */
  sent: number;
}

/** The archive of a listing as a gzip stream. It is made as fast as it is read; nothing is held in memory. */
export function packFiles(listing: Listing, onProgress: (progress: PackProgress) => void = () => {}): Readable {
  const archive = pack();
  const progress: PackProgress = { read: 0, sent: 0 };
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      progress.sent += chunk.length;
      onProgress(progress);
      done(null, chunk);
    },
  });
  const filled = fill(archive, listing, progress);
  filled.catch((error) => archive.destroy(error));
  // An error of any part destroys all of them, so that whoever reads the stream meets it.
  pipeline(archive, createGzip({ level: 6 }), count).catch((error) => count.destroy(error));
  return count;
}

async function fill(archive: Pack, { folder, entries }: Listing, progress: PackProgress): Promise<void> {
  const onRead = (bytes: number) => {
    progress.read += bytes;
  };
  for (const entry of entries)
    await (entry.type === 'file' ? addFile(archive, { folder, entry, onRead }) : addOther(archive, entry));
  archive.finalize();
}

interface FileRead {
  readonly folder: string;
  readonly entry: FileEntry;
  readonly onRead: (bytes: number) => void;
}

async function addFile(archive: Pack, file: FileRead): Promise<void> {
  const { path, mode, mtime, bytes } = file.entry;
  await pipeline(readExactly(file), archive.entry({ name: path, mode, mtime, size: bytes }));
}

/** Read to the size in the header and no further: a log file that grows meanwhile would break the archive. */
async function* readExactly({ folder, entry: { path, bytes }, onRead }: FileRead): AsyncGenerator<Buffer> {
  let read = 0;
  try {
    if (bytes > 0)
      for await (const chunk of createReadStream(join(folder, path), { end: bytes - 1 })) {
        read += chunk.length;
        onRead(chunk.length);
        yield chunk;
      }
  } catch (cause) {
    throw changedMeanwhile(path, cause as NodeJS.ErrnoException);
  }
  if (read < bytes) throw changedMeanwhile(path);
}

function addOther(archive: Pack, { path, type, mode, mtime, target }: FileEntry): Promise<void> {
  const name = type === 'directory' ? `${path}/` : path;
  return new Promise((resolve, reject) => {
    const header = { name, mode, mtime, type, ...(target ? { linkname: target } : {}) } as const;
    archive.entry(header, (error) => (error ? reject(error) : resolve()));
  });
}

function changedMeanwhile(path: string, cause?: NodeJS.ErrnoException): ProblemError {
  const reasons: Readonly<Record<string, string>> = { EACCES: 'it may not be read', ENOENT: 'it is gone' };
  const why = cause ? (reasons[cause.code ?? ''] ?? cause.message) : 'it became shorter';
  return new ProblemError(
    {
      code: 'file-unreadable',
      title: 'A file could not be read',
      detail: `${path} could not be sent: ${why}.`,
      remedy: 'Nothing was deployed. Run the same command again when the folder is at rest.',
    },
    exitCodes.refused,
    { cause },
  );
}
