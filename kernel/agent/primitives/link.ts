import type { Entry } from '../system/system.ts';
import { nameOf } from './ownership.ts';
import { type PathSnapshot, putBack, takeSnapshot } from './path-snapshot.ts';
import { different, type PrimitiveHandler, pathIdentity, same } from './primitive.ts';
import { foreignContent } from './refusal.ts';

interface Inverse {
  readonly path: string;
  readonly before: PathSnapshot;
}

export const linkHandler: PrimitiveHandler<'link', null, Inverse> = {
  identities: ({ path }) => [pathIdentity(path)],

  async check({ spec, recorded }, { files }) {
    const entry = await files.find(spec.path);
    if (!entry) return different('create', `links to ${spec.target}`);
    if (entry.kind !== 'link') throw foreignContent(spec.path, `${nameOf(entry)} and no link`);
    const target = await files.readLink(spec.path);
    if (target === spec.target) return same(null);
    if (!recorded) throw foreignContent(spec.path, `a link to ${target}`);
    return different('update', `links to ${spec.target} instead of ${target}`);
  },

  async inverse({ spec }, { system }) {
    return { path: spec.path, before: await takeSnapshot(spec.path, system.files) };
  },

  async apply({ spec }, { system }) {
    await system.files.makeLink(spec.path, spec.target);
    return { facts: null };
  },

  async undo({ path, before }, { system: { files } }) {
    await putBack(path, before, { files, isOurs: async (now: Entry) => now.kind === 'link' });
  },

  async remove({ spec }, { system }) {
    if ((await system.files.find(spec.path))?.kind === 'link') await system.files.removeFile(spec.path);
    return undefined;
  },
};
