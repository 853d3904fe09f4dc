import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_VERSION, Manifest } from '@freehold/sdk';

/** What a person can put right: an id that is taken, or that is no id. */
export class NewPluginError extends Error {
  override readonly name = 'NewPluginError';
}

const TEMPLATE = join(import.meta.dirname, 'template');

/**
 * Writes a new plugin into `plugins/<id>` of a checkout. Nothing that exists is changed.
 *
 * @returns the files, relative to the checkout
 * @throws NewPluginError
 */
export function createPlugin(root: string, id: string): string[] {
  checkId(root, id);
  const values = valuesFor(root, id);
  const folder = join('plugins', id);
  mkdirSync(join(root, folder));
  return readdirSync(TEMPLATE)
    .sort()
    .map((name) => {
      const file = join(folder, fill(name, values).replace(/\.template$/, ''));
      writeFileSync(join(root, file), fill(readFileSync(join(TEMPLATE, name), 'utf8'), values), { flag: 'wx' });
      return file;
    });
}

function checkId(root: string, id: string): void {
  const { pattern } = Manifest.properties.id as { pattern?: string };
  if (!new RegExp(String(pattern)).test(id))
    throw new NewPluginError(
      `${JSON.stringify(id.slice(0, 100))} is no id of a plugin: a letter, then small letters, digits and hyphens, at most 40 in all, no hyphen at the end. For example: web-shop`,
    );
  if (existsSync(join(root, 'plugins', id)))
    throw new NewPluginError(`plugins/${id} exists. Choose another id, or remove that folder first.`);
}

function valuesFor(root: string, id: string): Record<string, string> {
  const words = id.split('-');
  const sdk: { version: string } = JSON.parse(readFileSync(join(root, 'sdk', 'package.json'), 'utf8'));
  return {
    id,
    title: capitalize(words.join(' ')),
    name: identifier(words),
    engine: ENGINE_VERSION,
    sdk: sdk.version,
  };
}

/** In camel case. Words such as `new` and `class` are ids of plugins, but no names of constants. */
function identifier(words: readonly string[]): string {
  const [first = '', ...rest] = words;
  return rest.length === 0 ? `${first}App` : first + rest.map(capitalize).join('');
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
}
