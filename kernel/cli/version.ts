import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of the kernel that this command belongs to. */
export function loadVersion(): string {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  return manifest.version;
}
