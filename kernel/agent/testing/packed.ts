import { createHash } from 'node:crypto';
import { pack } from 'tar-stream';

/** A tar archive of files by name. */
export async function packed(files: Readonly<Record<string, string>>): Promise<Buffer> {
  return packedEntries(Object.entries(files).map(([name, content]) => ({ name, content })));
}

export interface PackedEntry {
  readonly name: string;
  readonly content?: string;
  readonly mode?: number;
  readonly type?: 'file' | 'directory' | 'symlink' | 'link' | 'character-device' | 'block-device' | 'fifo';
  readonly linkname?: string;
}

/** The same for any entries, honest or not. */
export async function packedEntries(entries: readonly PackedEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { content = '', ...header } of entries) archive.entry({ mtime: new Date(0), ...header }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<unknown> as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
