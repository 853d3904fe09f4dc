import { once } from 'node:events';
import { extract, type Header } from 'tar-stream';
import type { ArchiveInspection } from './archive-inspection.ts';

/** Shows every entry of a tar archive to the inspection. Throws what the inspection throws, and when the archive is broken. */
export async function inspectTar(bytes: AsyncIterable<Buffer>, inspection: ArchiveInspection): Promise<void> {
  const tar = extract();
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  // Whether or not somebody waits for it at the moment.
  ended.catch(() => undefined);
  tar.once('finish', resolve);
  tar.on('error', reject);
  tar.on('entry', (header: Header, content, next) => {
    try {
      inspection.add(header);
    } catch (error) {
      reject(error);
      tar.destroy(null);
      return;
    }
    // It breaks when the archive does, which the archive itself tells.
    content.on('error', () => undefined);
    content.once('end', next);
    content.resume();
  });
  for await (const chunk of bytes) {
    if (!tar.write(chunk)) await Promise.race([once(tar, 'drain'), ended]);
    if (tar.destroyed) return ended;
  }
  tar.end(null);
  return ended;
}
