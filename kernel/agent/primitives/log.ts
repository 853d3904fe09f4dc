import { dirname } from 'node:path';
import type { PrimitiveSpec } from '@freehold/sdk';
import type { Attributes, Entry } from '../system/system.ts';
import { attributeDifference, findAttributes, getAttributes, nameOf } from './ownership.ts';
import { type Context, different, type PrimitiveHandler, pathIdentity, same } from './primitive.ts';
import { foreignContent } from './refusal.ts';

interface Inverse {
  readonly path: string;
  /** Not the content, which others write all the time. Null when there was no file. */
  readonly before: Attributes | null;
}

const DEFAULT_MODE = '0640';

export const logHandler: PrimitiveHandler<'log', null, Inverse> = {
  identities: ({ path }) => [pathIdentity(path)],

  async check({ spec, recorded }, context) {
    const entry = await context.files.find(spec.path);
    if (!entry) return different('create', 'makes the log file');
    if (entry.kind !== 'file') throw foreignContent(spec.path, `${nameOf(entry)} and no file`);
    if (entry.links > 1) throw foreignContent(spec.path, 'a file with a second name');
    const difference = await differenceOf(entry, spec, context);
    if (!difference) return same(null);
    if (!recorded) throw foreignContent(spec.path, `a file with ${difference}`);
    return different('update', difference);
  },

  async inverse({ spec }, { system }) {
    const entry = await system.files.find(spec.path);
    return { path: spec.path, before: entry ? { mode: entry.mode, uid: entry.uid, gid: entry.gid } : null };
  },

  async apply({ spec }, context) {
    const { files } = context.system;
    const attributes = await getAttributes(spec, DEFAULT_MODE, context);
    if (await files.find(spec.path)) await files.setAttributes(spec.path, attributes);
    else await files.create(spec.path, Buffer.alloc(0), attributes);
    return { facts: null };
  },

  async undo({ path, before }, { system: { files } }) {
    const entry = await files.find(path);
    if (before && entry) await files.setAttributes(path, before);
    else if (!before && entry?.size === 0) await files.removeFile(path);
  },

  /** Not destroyed: it may be the only witness of what an app did. */
  async remove({ spec }, { trash, system }) {
    const folder = dirname(spec.path);
    const names = (await system.files.find(folder)) ? await system.files.list(folder) : [];
    for (const name of names) if (isRotationOf(name, spec)) await trash.discard(`${folder}/${name}`);
    return undefined;
  },
};

/**
 * In a folder that only root writes to, the owner may differ: nginx gives a log that it opens again to its workers. Elsewhere
 * another owner means another file, which is not to be given away.
 */
async function differenceOf(entry: Entry, spec: PrimitiveSpec<'log'>, context: Context): Promise<string> {
  const wanted = await findAttributes(spec, DEFAULT_MODE, context);
  if (!wanted || wanted.uid === entry.uid) return attributeDifference(entry, wanted, spec);
  const folder = await context.files.find(dirname(spec.path));
  const isGuarded = folder?.uid === context.system.accounts.self.uid && (folder.mode & 0o022) === 0;
  if (!isGuarded) throw foreignContent(spec.path, `a file of user ${entry.uid}`);
  return attributeDifference(entry, { ...wanted, uid: entry.uid }, spec);
}

/** The log itself, `access.log`, and those that were rotated: `access.log.1`, `access.log.2.gz`. */
function isRotationOf(name: string, { path }: PrimitiveSpec<'log'>): boolean {
  const own = path.slice(dirname(path).length + 1);
  return name === own || (name.startsWith(`${own}.`) && /^\d+(?:\.gz)?$/.test(name.slice(own.length + 1)));
}
