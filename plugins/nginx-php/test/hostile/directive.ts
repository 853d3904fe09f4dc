import type { Directive } from './nginx-tree.ts';

type Part = string | number | Directive | readonly Directive[];

/** A directive: words first, then what stands in its block, if anything. */
export function is(...parts: readonly Part[]): Directive {
  const words = parts.filter((part) => typeof part !== 'object').map(String);
  const inside = parts.filter((part) => typeof part === 'object');
  return inside.length === 0 ? { words } : { words, block: inside.flat() };
}
