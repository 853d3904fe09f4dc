import { PassThrough } from 'node:stream';
import type { PrimitiveSpec } from '@freehold/sdk';
import type { TrashRecord } from '../store/trash-records.ts';
import { isCode } from '../system/failure.ts';
import type { CommandResult } from '../system/system.ts';
import { attributeDifference, findAttributes, getAttributes, nameOf } from './ownership.ts';
import { type PathSnapshot, putBack, takeSnapshot } from './path-snapshot.ts';
import { type Context, different, type PrimitiveHandler, pathIdentity, same, type Task } from './primitive.ts';
import { foreignContent, Refusal } from './refusal.ts';
import { describeReturn, giveFormerUids, giveNewUids } from './trashed-uids.ts';

type DatasetTask = Task<'dataset', null>;
type Program = NonNullable<PrimitiveSpec<'dataset'>['program']>;

type Inverse =
  | { readonly kind: 'made'; readonly path?: string; readonly before?: PathSnapshot }
  | { readonly kind: 'restored'; readonly path?: string; readonly from: string; readonly record: number }
  /** Of a dataset that leaves: where its program's data was dumped. */
  | { readonly kind: 'dumped'; readonly folder: string };

const DEFAULT_MODE = '0755';
const DEFAULT_TIMEOUT = 3600;

export const datasetHandler: PrimitiveHandler<'dataset', null, Inverse> = {
  identities: ({ files }) => (files ? [pathIdentity(files.path)] : []),

  async check(task, context) {
    const { spec, recorded } = task;
    const trashed = await findTrashed(task, context);
    if (trashed) return different('create', await describeReturn(trashed, context));
    if (!spec.files) return same(null);
    const { path } = spec.files;
    const entry = await context.system.files.find(path);
    if (!entry) return different('create', `makes the folder ${path}`);
    if (entry.kind !== 'directory') throw foreignContent(path, `${nameOf(entry)} and no folder`);
    const difference = attributeDifference(entry, await findAttributes(spec.files, DEFAULT_MODE, context), spec.files);
    if (difference && !recorded) throw foreignContent(path, `a folder with ${difference}`);
    return difference ? different('update', difference) : same(null);
  },

  async inverse(task, context) {
    const path = task.spec.files?.path;
    const trashed = await findTrashed(task, context);
    if (trashed) return { kind: 'restored', path, from: contentOf(trashed.path), record: trashed.id };
    return { kind: 'made', path, before: path && (await takeSnapshot(path, context.system.files)) } as Inverse;
  },

  async apply(task, context) {
    const { files, program } = task.spec;
    const trashed = await findTrashed(task, context);
    if (files) await applyFiles(files, trashed, context);
    if (program && trashed && (await context.system.files.find(dumpOf(trashed.path))))
      await restoreProgram(program, dumpOf(trashed.path), context);
    return { facts: null };
  },

  async undo(inverse, context) {
    const { files } = context.system;
    switch (inverse.kind) {
      case 'dumped':
        return files.removeTree(inverse.folder);
      case 'made':
        return inverse.path && inverse.before ? putBack(inverse.path, inverse.before, { files }) : undefined;
      case 'restored':
        if (inverse.path && !(await files.find(inverse.from)) && (await files.find(inverse.path)))
          await files.move(inverse.path, inverse.from);
        return onRecord(inverse.record, context, (record) => giveFormerUids(record, inverse.from, context));
    }
  },

  async settle(inverse, context) {
    if (inverse.kind === 'restored') await onRecord(inverse.record, context, (record) => context.trash.destroy(record));
  },

  async remove({ spec }, { trash, system: { files } }) {
    const record = trash.findLeaving(spec.id);
    const path = spec.files?.path;
    if (!record) return undefined;
    await trash.make(record.path);
    if (path && (await isThere(path, files))) await files.move(path, await freeName(contentOf(record.path), files));
    await trash.seal(record);
    return undefined;
  },
};

/** Writes what a program keeps to a file, before anything of it is removed. */
export async function dumpProgram(program: Program, folder: string, { system, signal }: Context): Promise<void> {
  const sink = new PassThrough();
  const { uid, gid } = system.accounts.self;
  const writing = system.files.create(dumpOf(folder), sink, { mode: 0o600, uid, gid });
  const running = system.commands.run({ ...circumstances(program), argv: program.dump, sink, signal });
  // Neither waits for the other for ever: no room on the disk ends the program, and its end ends the file.
  writing.catch((cause) => sink.destroy(cause));
  running.finally(() => sink.end()).catch(() => undefined);
  const [result] = await Promise.all([running, writing]);
  if (result.code !== 0) throw failed('DumpFailed', program.dump, result);
  await system.files.flush(folder);
}

async function restoreProgram(program: Program, dump: string, { system, signal }: Context): Promise<void> {
  const file = await system.files.open(dump);
  try {
    const run = { ...circumstances(program), argv: program.restore, input: file.stream(), signal };
    const result = await system.commands.run(run);
    if (result.code !== 0) throw failed('RestoreFailed', program.restore, result);
  } finally {
    await file.close();
  }
}

async function onRecord(
  number: number,
  { store, owner }: Context,
  act: (record: TrashRecord) => Promise<void>,
): Promise<void> {
  const record = store.trash.ofOwner(owner).find(({ id }) => id === number);
  if (record) await act(record);
}

/** What is in the trash and missing on the machine. */
async function findTrashed(
  { spec, recorded }: DatasetTask,
  { trash, system }: Context,
): Promise<TrashRecord | undefined> {
  const record = trash.findMoved(spec.id);
  if (!record) return undefined;
  if (!spec.files) return recorded ? undefined : record;
  return (await system.files.find(spec.files.path)) ? undefined : record;
}

async function applyFiles(
  spec: NonNullable<PrimitiveSpec<'dataset'>['files']>,
  trashed: TrashRecord | undefined,
  context: Context,
): Promise<void> {
  const { files } = context.system;
  const attributes = await getAttributes(spec, DEFAULT_MODE, context);
  if (trashed && (await files.find(contentOf(trashed.path)))) {
    await giveNewUids(trashed, contentOf(trashed.path), context);
    await files.move(contentOf(trashed.path), spec.path);
  }
  if (await files.find(spec.path)) await files.setAttributes(spec.path, attributes);
  else await files.makeDirectory(spec.path, attributes);
}

function circumstances({ user, env, timeout = DEFAULT_TIMEOUT }: Program) {
  return { user, env, timeout: timeout * 1000 };
}

export function contentOf(folder: string): string {
  return `${folder}/content`;
}

function dumpOf(folder: string): string {
  return `${folder}/dump`;
}

/** Behind a link that the site put in the way there is nothing that belongs here. */
async function isThere(path: string, files: Context['system']['files']): Promise<boolean> {
  try {
    return (await files.find(path)) !== undefined;
  } catch (cause) {
    if (isCode(cause, 'UNSAFE_PATH')) return false;
    throw cause;
  }
}

/** A move that was cut off between two file systems leaves both; neither is thrown away. */
async function freeName(path: string, files: Context['system']['files']): Promise<string> {
  let name = path;
  for (let number = 2; await files.find(name); number++) name = `${path}-${number}`;
  return name;
}

function failed(reason: string, argv: readonly string[], { code, output }: CommandResult): Refusal {
  const words = output.trim().slice(-1000);
  return new Refusal(reason, `${argv[0]} ended with ${code}${words ? `: ${words}` : '.'}`, { output });
}
