import { isCode } from '../system/failure.ts';
import type { Attributes, Entry, Files } from '../system/system.ts';
import { beside } from '../system/temporary-name.ts';

/** More than any file that Freehold writes; a larger one was not written by it and is not replaced. */
const MOST_BYTES = 16_777_216;

/** What stood at a path, as JSON, to be put back. */
export type PathSnapshot =
  | { readonly kind: 'absent' }
  | ({ readonly kind: 'file'; readonly content: string } & Attributes)
  | ({ readonly kind: 'directory' } & Attributes)
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'other' };

export async function takeSnapshot(path: string, files: Files): Promise<PathSnapshot> {
  const entry = await files.find(path);
  if (!entry) return { kind: 'absent' };
  const { kind, mode, uid, gid } = entry;
  if (kind === 'link') return { kind, target: await files.readLink(path) };
  if (kind === 'file')
    return { kind, mode, uid, gid, content: (await files.read(path, MOST_BYTES)).toString('base64') };
  return kind === 'directory' ? { kind, mode, uid, gid } : { kind };
}

/**
 * Puts back what stood there. What came in the meantime from somebody else stays: a folder that is not empty, and a
 * file for which `isOurs` says no.
 */
export async function putBack(
  path: string,
  before: PathSnapshot,
  { files, isOurs = async () => true }: { files: Files; isOurs?: (entry: Entry) => Promise<boolean> },
): Promise<void> {
  await files.removeFile(beside(path, 'new')).catch(ignoreMissing);
  const now = await files.find(path);
  switch (before.kind) {
    case 'absent':
      if (now?.kind === 'directory') return files.removeDirectory(path).catch(ignoreContent);
      if (now && (await isOurs(now))) await files.removeFile(path);
      return;
    case 'file':
      if (now?.kind === 'directory') return;
      if (now?.kind === 'file' && (await isSame(path, now, { before, files }))) return;
      return files.write(path, Buffer.from(before.content, 'base64'), before);
    case 'link':
      if (now?.kind === 'link' && (await files.readLink(path)) === before.target) return;
      return now?.kind === 'directory' ? undefined : files.makeLink(path, before.target);
    case 'directory':
      if (!now) return files.makeDirectory(path, before);
      return now.kind === 'directory' ? files.setAttributes(path, before) : undefined;
    case 'other':
      return;
  }
}

async function isSame(
  path: string,
  now: Entry,
  { before, files }: { before: { content: string } & Attributes; files: Files },
): Promise<boolean> {
  if (now.mode !== before.mode || now.uid !== before.uid || now.gid !== before.gid) return false;
  const content = Buffer.from(before.content, 'base64');
  return now.size === content.length && content.equals(await files.read(path, MOST_BYTES));
}

function ignoreMissing(cause: unknown): void {
  if (!isCode(cause, 'ENOENT', 'ENOTDIR')) throw cause;
}

function ignoreContent(cause: unknown): void {
  if (!isCode(cause, 'ENOTEMPTY')) throw cause;
}
