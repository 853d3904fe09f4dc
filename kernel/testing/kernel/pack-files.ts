import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** A tar archive of files by path. */
export async function packFiles(files: Readonly<Record<string, string | Uint8Array>>): Promise<Uint8Array> {
  const archive = pack();
  for (const [name, content] of Object.entries(files))
    archive.entry({ name, mtime: new Date(0) }, Buffer.from(content));
  archive.finalize();
  return buffer(archive as unknown as AsyncIterable<Uint8Array> as NodeJS.ReadableStream);
}
