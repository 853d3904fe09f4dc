import { isCode } from '../system/failure.ts';
import { attributeDifference, findAttributes, getAttributes, nameOf } from './ownership.ts';
import { type PathSnapshot, putBack, takeSnapshot } from './path-snapshot.ts';
import { type Context, different, type PrimitiveHandler, pathIdentity, same } from './primitive.ts';
import { foreignContent } from './refusal.ts';

interface Inverse {
  readonly path: string;
  readonly before: PathSnapshot;
}

const DEFAULT_MODE = '0755';

export const directoryHandler: PrimitiveHandler<'directory', null, Inverse> = {
  identities: ({ path }) => [pathIdentity(path)],

  async check({ spec, recorded }, context) {
    const wanted = await findAttributes(spec, DEFAULT_MODE, context);
    const entry = await context.files.find(spec.path);
    if (!entry) return different('create', `makes the folder, mode ${spec.mode ?? DEFAULT_MODE}`);
    if (entry.kind !== 'directory') throw foreignContent(spec.path, `${nameOf(entry)} and no folder`);
    const difference = attributeDifference(entry, wanted, spec);
    if (!difference) return same(null);
    if (!recorded) throw foreignContent(spec.path, `a folder with ${difference}`);
    return different('update', difference);
  },

  async inverse({ spec }, { system }) {
    return { path: spec.path, before: await takeSnapshot(spec.path, system.files) };
  },

  async apply({ spec }, context) {
    const { files } = context.system;
    const attributes = await getAttributes(spec, DEFAULT_MODE, context);
    if (await files.find(spec.path)) await files.setAttributes(spec.path, attributes);
    else await files.makeDirectory(spec.path, attributes);
    return { facts: null };
  },

  undo: ({ path, before }, { system }) => putBack(path, before, { files: system.files }),

  async remove({ spec }, context) {
    return removeFolder(spec.path, context);
  },
};

/**
 * Removes a folder. What its owner's programs left in a site's folder goes to the trash with it; anywhere else what Freehold did
 * not make stays, and the folder around it.
 */
export async function removeFolder(path: string, context: Context): Promise<string | undefined> {
  const { system, store, trash, owner } = context;
  if ((await system.files.find(path))?.kind !== 'directory') return undefined;
  try {
    await system.files.removeDirectory(path);
    return undefined;
  } catch (cause) {
    if (!isCode(cause, 'ENOTEMPTY')) throw cause;
  }
  const holders = store.inventory.holdersBelow(path);
  const others = new Set(holders.map((holder) => holder.owner).filter((holder) => holder !== owner));
  if (others.size > 0) throw trash.inUse(path, [...others]);
  const present = store.inventory.ofOwner(owner).filter(({ leaving }) => !leaving);
  const stillWanted = holders.some((holder) => present.some(({ key }) => key === holder.key));
  if (stillWanted || !trash.takesLeftOvers(path)) return `${path} stays, because something is in it`;
  await trash.discard(path);
  return undefined;
}
