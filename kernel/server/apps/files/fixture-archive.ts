import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

/** An entry of an archive for a test: a name for an empty file, or a header with content. */
export type FixtureEntry = string | (Partial<Header> & { readonly name: string; readonly content?: string });

/** Packs an archive with exactly these entries, however bad they are. */
export async function packFixture(entries: readonly FixtureEntry[], { gzip = false } = {}): Promise<Buffer> {
  const tar = pack();
  for (const entry of entries) {
    const { content = '', ...header } = typeof entry === 'string' ? { name: entry } : entry;
    tar.entry(header, content);
  }
  tar.finalize();
  const bytes = await buffer(tar as unknown as AsyncIterable<Uint8Array> as NodeJS.ReadableStream);
  return gzip ? gzipSync(bytes) : bytes;
}
