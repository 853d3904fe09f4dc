import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export const repository = join(import.meta.dirname, '../../..');

/** A checkout with nothing in it but the SDK and the configuration of the tools. */
export function emptyCheckout(): string {
  const root = mkdtempSync(join(tmpdir(), 'freehold-checkout-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'plugins'));
  for (const name of ['tsconfig.json', 'biome.json', 'vitest.config.ts', 'package.json'])
    cpSync(join(repository, name), join(root, name));
  mkdirSync(join(root, 'sdk'));
  cpSync(join(repository, 'sdk/package.json'), join(root, 'sdk/package.json'));
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  return root;
}
