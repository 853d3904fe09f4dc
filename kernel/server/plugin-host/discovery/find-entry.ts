import { access, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';

const CONDITIONS = ['node', 'import', 'module-sync', 'default'];
const USUAL = ['./index.ts', './index.js'];

/**
 * The module that a package's name stands for: `exports["."]`, or `main`, or `index.ts`, `index.js`. It must be inside
 * the plugin's folder, links followed.
 */
export async function findEntry(
  folder: string,
  contents: Record<string, unknown>,
): Promise<{ entry?: string; problems: PluginProblem[] }> {
  const named = fromExports(contents.exports) ?? (typeof contents.main === 'string' ? contents.main : undefined);
  const root = await realpath(folder);
  for (const name of named === undefined ? USUAL : [named]) {
    const entry = await realpath(join(root, name)).catch(() => undefined);
    if (entry?.startsWith(root + sep) && (await isReadable(entry))) return { entry, problems: [] };
  }
  const message =
    named === undefined ? 'The package names no module.' : `The package's module ${named} is not in its folder.`;
  return { problems: [pluginProblem('entry-missing', message)] };
}

function fromExports(exported: unknown): string | undefined {
  if (typeof exported === 'string') return exported;
  if (typeof exported !== 'object' || exported === null) return undefined;
  const root = '.' in exported ? exported['.'] : exported;
  if (typeof root !== 'object' || root === null) return typeof root === 'string' ? root : undefined;
  for (const [condition, target] of Object.entries(root))
    if (CONDITIONS.includes(condition)) return typeof target === 'string' ? target : fromExports(target);
  return undefined;
}

async function isReadable(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
