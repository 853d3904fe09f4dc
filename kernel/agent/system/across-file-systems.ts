import { failure } from './failure.ts';
import type { Commands, Entry, Files } from './system.ts';

interface Move {
  readonly from: string;
  readonly to: string;
  readonly files: Files;
  readonly commands: Commands;
}

/**
 * Moves to another file system: a copy that keeps attributes, extended ones and hard links too (cp(1)), compared with the
 * original before the original goes. Until then the copy has another name, so a crash leaves either of them whole.
 */
export async function moveAcross(move: Move): Promise<void> {
  const { from, to, files, commands } = move;
  const copy = `${to}.freehold-copy`;
  await files.removeTree(copy);
  const argv = ['cp', '--archive', '--no-target-directory', '--', from, copy];
  const { code, output } = await commands.run({ argv, timeout: 6 * 3_600_000 });
  if (code !== 0) throw failure('EIO', `${from} could not be copied to ${to}: ${output}`);
  await requireSame(from, copy, files);
  if ((await files.find(copy))?.kind === 'directory') await files.flush(copy);
  await files.move(copy, to);
  await files.removeTree(from);
}

async function requireSame(from: string, to: string, files: Files): Promise<void> {
  const [original, copy] = [await files.find(from), await files.find(to)];
  if (!original || !copy || !(await isSame(from, to, { original, copy, files })))
    throw failure('EIO', `${to} is not the same as ${from} after the copy`);
  if (original.kind !== 'directory') return;
  for (const name of await files.list(from)) await requireSame(`${from}/${name}`, `${to}/${name}`, files);
}

async function isSame(
  from: string,
  to: string,
  { original, copy, files }: { original: Entry; copy: Entry; files: Files },
) {
  const attributes = ({ kind, mode, uid, gid }: Entry) => `${kind} ${mode} ${uid} ${gid}`;
  if (attributes(original) !== attributes(copy)) return false;
  if (original.kind === 'link') return (await files.readLink(from)) === (await files.readLink(to));
  if (original.kind !== 'file') return true;
  return original.size === copy.size && (await files.hash(from)) === (await files.hash(to));
}
