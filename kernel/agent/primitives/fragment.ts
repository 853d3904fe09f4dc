import type { FragmentPart } from '../store/fragment-records.ts';
import { fingerprint } from '../system/fingerprint.ts';
import { contentDiff } from './content-diff.ts';
import { attributeDifference, findAttributes, getAttributes, nameOf } from './ownership.ts';
import { type PathSnapshot, putBack, takeSnapshot } from './path-snapshot.ts';
import { type Context, different, type PrimitiveHandler, same, type Task } from './primitive.ts';
import { foreignContent, Refusal } from './refusal.ts';

interface FragmentFacts {
  /** Of the whole file, when it was what its parts say. */
  readonly stamp: string;
}

interface Inverse {
  readonly path: string;
  readonly key: string;
  /** What the part was; null when there was none. */
  readonly part: FragmentPart | null;
  /** Whether others had parts: then the file is made of what parts are left, otherwise it is what it was before. */
  readonly hadParts: boolean;
  readonly before: PathSnapshot;
}

const DEFAULT_MODE = '0644';
const MOST_BYTES = 16_777_216;

/**
 * The parts are kept in the store and the file is made of them, so that no file has to be parsed to find a part again, and
 * one owner's part can be taken back whatever others did to theirs in the meantime.
 */
export const fragmentHandler: PrimitiveHandler<'fragment', FragmentFacts, Inverse> = {
  identities: ({ path, key }) => [
    { name: `path:${path}`, shared: true },
    { name: `part:${path}#${key}`, shared: false },
  ],

  async check(task, context) {
    const { spec, recorded } = task;
    requireAgreement(task, context);
    const entry = await context.files.find(spec.path);
    const part = context.store.fragments.find(spec.path, spec.key);
    const attributes = entry ? attributeDifference(entry, await findAttributes(spec, DEFAULT_MODE, context), spec) : '';
    const isCurrent = part?.content === spec.content && !attributes;
    // Whoever changes another part writes the file anew, and then it has another stamp.
    if (isCurrent && entry && recorded?.facts.stamp === entry.stamp) return same(recorded.facts);
    const known = context.store.fragments.ofPath(spec.path);
    const wanted = assemble(withPart(known, { ...spec, owner: context.owner }));
    if (!entry) return different('create', 'writes its part', contentDiff(spec.path, undefined, wanted));
    if (entry.kind !== 'file') throw foreignContent(spec.path, `${nameOf(entry)} and no file`);
    const current = await context.files.read(spec.path, MOST_BYTES);
    const isWanted = current.equals(Buffer.from(wanted));
    if (isCurrent && isWanted) return same({ stamp: entry.stamp });
    if (known.length === 0 && !isWanted) throw foreignContent(spec.path, 'it has another content');
    const summary = part ? ['changes its part', attributes].filter(Boolean).join(', ') : 'adds its part';
    return different(part ? 'update' : 'create', summary, contentDiff(spec.path, current, wanted));
  },

  async inverse({ spec }, { store, system }) {
    return {
      path: spec.path,
      key: spec.key,
      part: store.fragments.find(spec.path, spec.key) ?? null,
      hadParts: store.fragments.ofPath(spec.path).length > 0,
      before: await takeSnapshot(spec.path, system.files),
    };
  },

  apply: ({ spec }, context) =>
    context.turns.take(`fragment ${spec.path}`, async () => {
      const attributes = await getAttributes(spec, DEFAULT_MODE, context);
      const { path, key, content } = spec;
      context.store.fragments.save({ path, key, content, owner: context.owner });
      const text = assemble(context.store.fragments.ofPath(path));
      await context.system.files.write(path, Buffer.from(text), attributes);
      const entry = await context.system.files.find(path);
      return { facts: { stamp: entry?.stamp ?? '' } };
    }),

  undo: ({ path, key, part, hadParts, before }, context) =>
    context.turns.take(`fragment ${path}`, async () => {
      if (part) context.store.fragments.save(part);
      else context.store.fragments.delete(path, key);
      await reassemble(path, hadParts ? undefined : before, context);
    }),

  remove: ({ spec }, context) =>
    context.turns.take(`fragment ${spec.path}`, async () => {
      context.store.fragments.delete(spec.path, spec.key);
      await reassemble(spec.path, undefined, context);
      return undefined;
    }),
};

/** Writes the file as its parts say now. One that was there before any part is put back, one without parts is removed. */
async function reassemble(path: string, before: PathSnapshot | undefined, { store, system }: Context): Promise<void> {
  const { files } = system;
  const parts = store.fragments.ofPath(path);
  if (parts.length === 0) return putBack(path, before ?? { kind: 'absent' }, { files });
  const text = Buffer.from(assemble(parts));
  const entry = await files.find(path);
  if (entry?.kind === 'directory') return;
  const attributes = entry?.kind === 'file' ? entry : before?.kind === 'file' ? before : undefined;
  if (entry?.kind === 'file' && entry.size === text.length && text.equals(await files.read(path, MOST_BYTES))) return;
  const { uid, gid } = system.accounts.self;
  await files.write(path, text, attributes ?? { mode: 0o644, uid, gid });
}

/** The file has one owner, group and mode, so all parts must say the same: it is enough to agree with any one of them. */
function requireAgreement({ spec, key }: Task<'fragment', FragmentFacts>, { store, owner }: Context): void {
  const attributes = ({ owner: user, group, mode = DEFAULT_MODE }: typeof spec) => fingerprint({ user, group, mode });
  const other = store.inventory
    .holdersOf(`path:${spec.path}`)
    .filter((holder) => holder.owner !== owner || holder.key !== key)
    .map((holder) => store.inventory.find(holder.owner, holder.key))
    .find((recorded) => recorded?.resource.type === 'fragment' && !recorded.leaving);
  if (other?.resource.type === 'fragment' && attributes(other.resource.spec) !== attributes(spec))
    throw new Refusal(
      'FragmentMismatch',
      `${spec.path} gets parts from ${other.owner} and ${owner}, which do not agree on its owner, group and mode.`,
    );
}

function withPart(parts: readonly FragmentPart[], part: FragmentPart): FragmentPart[] {
  const others = parts.filter(({ key }) => key !== part.key);
  return [...others, part].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function assemble(parts: readonly FragmentPart[]): string {
  return parts.map(({ content }) => `${content}\n`).join('');
}
