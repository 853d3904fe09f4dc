import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ProblemError, problem } from '../../errors/problem.ts';
import { ArchiveInspection, type ArchiveLimits } from './archive-inspection.ts';
import { inspectTar } from './inspect-tar.ts';
import type { UploadPart, UploadStore } from './upload-store.ts';

export interface ReceivedArchive {
  readonly part: UploadPart;
  readonly sha256: string;
  readonly format: 'tar' | 'tar.gz';
  readonly bytes: number;
  /** Of all files together. */
  readonly unpackedBytes: number;
  readonly entries: number;
}

export interface ReceiveOptions {
  readonly uploads: UploadStore;
  readonly limits: ArchiveLimits;
  /** Milliseconds without a byte after which it is given up. */
  readonly patience: number;
}

type Bytes = AsyncGenerator<Buffer>;

/** What a header, the padding of an entry and its long names take. */
const OVERHEAD = 4_096;

/**
 * Takes in an archive as it arrives: writes it to a part, hashes it, unpacks it in passing and looks at every entry. What is refused,
 * broken, too large, too slow or cut off leaves nothing behind.
 */
export async function receiveArchive(body: Readable, options: ReceiveOptions): Promise<ReceivedArchive> {
  const { uploads, limits } = options;
  // It may break before anybody reads from it; whoever reads then is told.
  body.on('error', () => undefined);
  const part = await uploads.newPart();
  try {
    const inspection = new ArchiveInspection(limits);
    const written = writeThrough(patiently(body, options.patience), { part, limits });
    const { format, bytes } = await openArchive(written.bytes, limits);
    await inspectTar(bytes, inspection);
    inspection.finish();
    await uploads.complete(part);
    return { part, format, ...written.result(), unpackedBytes: inspection.bytes, entries: inspection.entries };
  } catch (error) {
    await uploads.discard(part);
    throw toProblem(error);
  }
}

/** The bytes as they come. The stream itself stays open when it is given up, so that the answer can still be sent. */
async function* patiently(body: Readable, patience: number): Bytes {
  const chunks = body.iterator({ destroyOnReturn: false });
  for (;;) {
    const { promise: silence, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(problem('upload-too-slow', { seconds: patience / 1_000 })), patience);
    const next = chunks.next();
    const { value, done } = await Promise.race([next, silence]).finally(() => clearTimeout(timer));
    if (done) return;
    yield value;
  }
}

/** Passes the bytes on as they are written, counted and hashed. */
function writeThrough(source: Bytes, { part, limits }: { part: UploadPart; limits: ArchiveLimits }) {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* pass(): Bytes {
    for await (const chunk of source) {
      bytes += chunk.length;
      assertSize(bytes, limits);
      hash.update(chunk);
      await part.handle.writeFile(chunk);
      yield chunk;
    }
  }
  return { bytes: pass(), result: () => ({ sha256: hash.digest('hex'), bytes }) };
}

/** Unpacks gzip, which its first two bytes tell. */
async function openArchive(source: Bytes, limits: ArchiveLimits): Promise<{ format: 'tar' | 'tar.gz'; bytes: Bytes }> {
  let start = Buffer.alloc(0);
  while (start.length < 2) {
    const { value, done } = await source.next();
    if (done) break;
    start = Buffer.concat([start, value]);
  }
  const all = follow(start, source);
  if (start[0] !== 0x1f || start[1] !== 0x8b) return { format: 'tar', bytes: all };
  return { format: 'tar.gz', bytes: unpack(all, limits) };
}

async function* follow(start: Buffer, rest: Bytes): Bytes {
  yield start;
  yield* rest;
}

/** A small archive can unpack to terabytes: it is given up as soon as it is larger than its entries could be. */
async function* unpack(source: Bytes, limits: ArchiveLimits): Bytes {
  const gunzip = createGunzip();
  const packed = Readable.from(source, { objectMode: false });
  packed.once('error', (error) => gunzip.destroy(error));
  let bytes = 0;
  try {
    for await (const chunk of packed.pipe(gunzip)) {
      bytes += chunk.length;
      assertSize(bytes, limits);
      yield chunk;
    }
  } finally {
    packed.destroy();
  }
}

function assertSize(bytes: number, { maxBytes, maxEntries, appType }: ArchiveLimits): void {
  if (bytes > maxBytes + maxEntries * OVERHEAD + 1_048_576)
    throw problem('archive-too-large', { limit: maxBytes, unit: 'bytes', type: appType });
}

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return problem('storage-full', {}, { cause: error });
  return problem('archive-broken', { reason: message }, { cause: error });
}
