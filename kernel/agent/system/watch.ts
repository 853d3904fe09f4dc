import { watch } from 'node:fs';
import type { Watch } from './system.ts';

/** Told by the kernel where it can, and asked again each second where it cannot: file systems without inotify, lost events. */
export function watchFolder(path: string, changed: () => void): Watch {
  const timer = setInterval(changed, 1000).unref();
  const watcher = watch(path, { persistent: false }, changed);
  watcher.on('error', () => watcher.close());
  return {
    close() {
      clearInterval(timer);
      watcher.close();
    },
  };
}
