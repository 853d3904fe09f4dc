import { readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';

export interface FoundPattern {
  readonly pattern: string;
  readonly flags: string;
  readonly line: number;
}

/** Every regular expression that stands in a source. */
export function findPatterns(path: string): FoundPattern[] {
  const source = readFileSync(path, 'utf8');
  const { program, errors } = parseSync(path, source);
  if (errors[0]) throw new Error(`${path} cannot be parsed: ${errors[0].message}`);
  const found: FoundPattern[] = [];
  new Visitor({
    Literal(node) {
      if (!('regex' in node) || !node.regex) return;
      const { pattern, flags } = node.regex;
      found.push({ pattern, flags, line: source.slice(0, node.start).split('\n').length });
    },
  }).visit(program);
  return found;
}
