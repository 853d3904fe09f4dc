import { readFileSync } from 'node:fs';
import { type Syntax, template } from '@freehold/sdk';

/** A renderer made from a file of this folder. Call it once, at the top of a module. */
export function loadTemplate<Data extends object>(syntax: Syntax, name: string): (data: Data) => string {
  return template<Data>(syntax, loadText(name));
}

/** A file of this folder that is written as it is. */
export function loadText(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
