import { createHash } from 'node:crypto';
import type { PrimitiveSpec } from '@freehold/sdk';
import type { Entry } from '../system/system.ts';
import { contentDiff } from './content-diff.ts';
import { attributeDifference, findAttributes, getAttributes, nameOf } from './ownership.ts';
import { type PathSnapshot, putBack, takeSnapshot } from './path-snapshot.ts';
import { different, type PrimitiveHandler, pathIdentity, type ReadableFiles, same, type Task } from './primitive.ts';
import { foreignContent } from './refusal.ts';

export interface FileFacts {
  /** Of the content that was last written. */
  readonly hash: string;
  /** Of the file that has it: as long as the stamp is the same, so is the content. */
  readonly stamp: string;
}

interface Inverse {
  readonly path: string;
  readonly before: PathSnapshot;
  /** Hash of what is about to be written; undefined when it is about to be removed. */
  readonly writes?: string;
}

export const fileHandler: PrimitiveHandler<'file', FileFacts, Inverse> = {
  identities: ({ path }) => [pathIdentity(path)],

  async check(task, context) {
    const { spec, recorded } = task;
    const entry = await context.files.find(spec.path);
    if (!entry) return different('create', `writes ${describe(spec)}`, shownDiff(spec, undefined));
    if (entry.kind === 'directory' || entry.kind === 'other' || (entry.kind === 'link' && !recorded))
      throw foreignContent(spec.path, `${nameOf(entry)} and no file`);
    if (entry.kind === 'link') return different('update', 'puts the file in the place of a link');
    const hash = await currentHash(task, entry, context.files);
    const attributes = attributeDifference(entry, await findAttributes(spec, defaultMode(spec), context), spec);
    if (hash === hashOf(spec.content) && !attributes) return same({ hash, stamp: entry.stamp });
    if (!recorded)
      throw foreignContent(spec.path, hash === hashOf(spec.content) ? attributes : 'it has another content');
    if (hash === hashOf(spec.content)) return different('update', attributes);
    const summary = ['changes the content', attributes].filter(Boolean).join(', ');
    return different('update', summary, await diffWith(spec, entry, context.files));
  },

  async inverse({ spec }, { system }) {
    return { path: spec.path, before: await takeSnapshot(spec.path, system.files), writes: hashOf(spec.content) };
  },

  async apply({ spec }, context) {
    const { files } = context.system;
    await files.write(spec.path, Buffer.from(spec.content), await getAttributes(spec, defaultMode(spec), context));
    const entry = await files.find(spec.path);
    return { facts: { hash: hashOf(spec.content), stamp: entry?.stamp ?? '' } };
  },

  async undo({ path, before, writes }, { system: { files } }) {
    const isOurs = async (now: Entry) => now.kind === 'file' && (await files.hash(path)) === writes;
    await putBack(path, before, { files, isOurs });
  },

  async remove({ spec }, { system }) {
    const entry = await system.files.find(spec.path);
    if (entry?.kind === 'directory') return `${spec.path} stays, because it is a folder now`;
    await system.files.removeFile(spec.path);
    return undefined;
  },
};

function defaultMode(spec: PrimitiveSpec<'file'>): string {
  return spec.secret ? '0600' : '0644';
}

function describe(spec: PrimitiveSpec<'file'>): string {
  return `${Buffer.byteLength(spec.content)} bytes, mode ${spec.mode ?? defaultMode(spec)}`;
}

/** Reads the file only when it is not the one that was last seen. */
async function currentHash(
  { spec, recorded }: Task<'file', FileFacts>,
  entry: Entry,
  files: ReadableFiles,
): Promise<string> {
  return recorded?.facts.stamp === entry.stamp ? recorded.facts.hash : files.hash(spec.path);
}

async function diffWith(spec: PrimitiveSpec<'file'>, entry: Entry, files: ReadableFiles): Promise<string | undefined> {
  if (spec.secret || entry.size > MOST_SHOWN) return undefined;
  return shownDiff(spec, await files.read(spec.path, MOST_SHOWN));
}

const MOST_SHOWN = 1_048_576;

function shownDiff(spec: PrimitiveSpec<'file'>, before: Buffer | undefined): string | undefined {
  return spec.secret ? undefined : contentDiff(spec.path, before, spec.content);
}

function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
