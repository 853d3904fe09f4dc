import { createHash } from 'node:crypto';
import { type Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { PrimitiveSpec } from '@freehold/sdk';
import { extract } from 'tar-stream';
import type { Attributes, Files } from '../system/system.ts';
import { ArchiveTree, type TarEntry } from './archive-tree.ts';
import type { Context } from './primitive.ts';
import { Refusal } from './refusal.ts';

interface Unpacking {
  readonly spec: PrimitiveSpec<'archive'>;
  /** New, and removed by the caller when this fails. */
  readonly folder: string;
  /** Of folders; files get them without the execute bits. */
  readonly attributes: Attributes;
}

/** Unpacks an archive into a new folder. It has to be complete and to have the right hash, or this fails. */
export async function unpack({ spec, folder, attributes }: Unpacking, context: Context): Promise<void> {
  const { files } = context.system;
  const tree = new ArchiveTree(folder);
  await files.makeDirectory(folder, { ...attributes, mode: attributes.mode | 0o700 });
  await using source = await openSource(spec, context);
  const hash = createHash('sha256');
  const entries = extract();
  const steps = [hashing(hash), ...(spec.format === 'tar.gz' ? [createGunzip()] : [])];
  // From here to the loop nothing may wait: entries that nobody asks for yet would be lost.
  const flow = pipelined(source.stream, steps, entries);
  try {
    for await (const entry of entries) {
      await place(tree.add(entry.header), {
        content: entry as AsyncIterable<unknown> as AsyncIterable<Uint8Array>,
        attributes,
        files,
      });
      entry.resume();
    }
    await flow;
  } catch (cause) {
    throw (await flow.then(() => undefined, broken)) ?? cause;
  }
  if (hash.digest('hex') !== spec.sha256)
    throw new Refusal('ArchiveDamaged', `The archive for ${spec.path} does not have the hash ${spec.sha256}.`, {
      retryAfter: 60,
    });
  await files.setAttributes(folder, attributes);
}

async function place(
  entry: TarEntry,
  { content, attributes, files }: { content: AsyncIterable<Uint8Array>; attributes: Attributes; files: Files },
): Promise<void> {
  const plain = { ...attributes, mode: attributes.mode & ~0o111 };
  for (const folder of entry.newFolders) await files.makeDirectory(folder, attributes);
  switch (entry.kind) {
    case 'directory':
      return;
    case 'file':
      return files.create(entry.path, content, entry.executable ? attributes : plain);
    case 'link':
      return files.makeLink(entry.path, entry.target);
    case 'copy': {
      const original = await files.open(entry.target);
      const { mode } = await original.entry();
      await files.create(entry.path, original.stream(), { ...attributes, mode });
      return original.close();
    }
  }
}

/** A file on the node, or the upload of the server. */
async function openSource({ source, sha256 }: PrimitiveSpec<'archive'>, { uploads, system }: Context) {
  if (source !== 'upload') {
    const file = await system.files.open(source);
    return { stream: file.stream(), [Symbol.asyncDispose]: () => file.close() };
  }
  const stream = await uploads.upload(sha256);
  return { stream, [Symbol.asyncDispose]: async () => void stream.destroy() };
}

function hashing(hash: ReturnType<typeof createHash>): Transform {
  return new Transform({
    transform(chunk, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

/** Node's pipeline knows the streams of tar-stream; only their types are strangers. */
function pipelined(source: Readable, steps: readonly Transform[], end: ReturnType<typeof extract>): Promise<void> {
  const flow = pipeline([source, ...steps, end as unknown as Writable]);
  flow.catch(() => undefined);
  return flow;
}

/** What stopped the flow of bytes: the transfer, which may work later, or the archive itself. */
function broken(cause: unknown): Refusal | undefined {
  if (cause instanceof Refusal || !(cause instanceof Error)) return undefined;
  const code = 'code' in cause ? String(cause.code) : '';
  if (code.startsWith('Z_') || /tar|header/i.test(cause.message))
    return new Refusal('ArchiveDamaged', `The archive cannot be read: ${cause.message}.`, { cause });
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR') return undefined;
  return new Refusal('TransferFailed', `The archive could not be fetched: ${cause.message}.`, {
    retryAfter: 10,
    cause,
  });
}
