import type { PrimitiveSpec } from '@freehold/sdk';
import { fingerprint } from '../system/fingerprint.ts';
import { beside } from '../system/temporary-name.ts';
import { attributeDifference, findAttributes, getAttributes, nameOf } from './ownership.ts';
import { different, type PrimitiveHandler, pathIdentity, same } from './primitive.ts';
import { foreignContent } from './refusal.ts';
import { unpack } from './unpack.ts';

interface ArchiveFacts {
  /** Of all that decides what is in the folder. */
  readonly unpacked: string;
}

interface Inverse {
  readonly path: string;
}

const DEFAULT_MODE = '0755';

/**
 * Unpacked beside its place and moved there in one step. What was there before stands beside it until the apply is committed.
 * The folder belongs to the archive, with all that programs put there: tenant data is a dataset.
 */
export const archiveHandler: PrimitiveHandler<'archive', ArchiveFacts, Inverse> = {
  identities: ({ path }) => [pathIdentity(path)],

  async check({ spec, recorded }, context) {
    const entry = await context.files.find(spec.path);
    if (!entry) return different('create', `unpacks ${describe(spec)}`);
    if (entry.kind !== 'directory' || !recorded) throw foreignContent(spec.path, nameOf(entry));
    if (recorded.facts.unpacked !== contentOf(spec))
      return different('update', `unpacks ${describe(spec)} in its place`);
    const difference = attributeDifference(entry, await findAttributes(spec, DEFAULT_MODE, context), spec);
    return difference ? different('update', difference) : same(recorded.facts);
  },

  inverse: async ({ spec }) => ({ path: spec.path }),

  async apply({ spec, recorded }, context) {
    const { files } = context.system;
    const [unpacked, retired, mine] = placesOf(spec.path);
    const attributes = await getAttributes(spec, DEFAULT_MODE, context);
    const facts = { unpacked: contentOf(spec) };
    const present = await files.find(spec.path);
    if (present && !recorded) throw foreignContent(spec.path, nameOf(present));
    if (present && recorded?.facts.unpacked === facts.unpacked) {
      await files.setAttributes(spec.path, attributes);
      return { facts };
    }
    await files.removeTree(unpacked);
    await unpack({ spec, folder: unpacked, attributes }, context);
    await files.flush(unpacked);
    if (present) await files.move(spec.path, retired);
    await files.write(mine, Buffer.alloc(0), { ...attributes, mode: 0o600 });
    await files.move(unpacked, spec.path);
    return { facts };
  },

  async undo({ path }, { system: { files } }) {
    const [unpacked, retired, mine] = placesOf(path);
    await files.removeTree(unpacked);
    // Without this mark what stands there is not ours: it came between the check and the act.
    if (await files.find(mine)) await files.removeTree(path);
    if (await files.find(retired)) await files.move(retired, path);
    await files.removeFile(mine);
  },

  async settle({ path }, { system: { files } }) {
    const [, retired, mine] = placesOf(path);
    await files.removeTree(retired);
    await files.removeFile(mine);
  },

  async remove({ spec }, { system }) {
    await system.files.removeTree(spec.path);
    return undefined;
  },
};

function placesOf(path: string): [unpacked: string, retired: string, mine: string] {
  return [beside(path, 'new'), beside(path, 'old'), beside(path, 'mine')];
}

function contentOf({ sha256, owner, group, mode = DEFAULT_MODE }: PrimitiveSpec<'archive'>): string {
  return fingerprint({ sha256, owner, group, mode });
}

function describe({ source, sha256 }: PrimitiveSpec<'archive'>): string {
  return `${source === 'upload' ? 'the upload' : source} ${sha256.slice(0, 12)}`;
}
