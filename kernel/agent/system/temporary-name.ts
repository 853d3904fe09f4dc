import { createHash } from 'node:crypto';
import { basename, dirname } from 'node:path';

/**
 * A hidden name beside a path for what is being made. Always the same for the same path, so that what a crash leaves is
 * found and replaced.
 */
export function besideName(path: string, purpose: 'new' | 'old' | 'mine'): string {
  return `.freehold-${purpose}-${createHash('sha256').update(basename(path)).digest('hex').slice(0, 12)}`;
}

export function beside(path: string, purpose: 'new' | 'old' | 'mine'): string {
  return `${dirname(path)}/${besideName(path, purpose)}`;
}
