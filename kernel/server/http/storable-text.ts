import type { FieldProblem } from '../errors/problem.ts';
import { toPointer } from '../schema/json-copy.ts';

const DEPTH = 64;
const MOST = 20;

/**
 * Text that PostgreSQL cannot store: U+0000, and halves of surrogate pairs. Found before anything looks at the value, so that no
 * route has to think of it. What is nested too deeply is a problem too.
 */
export function findUnstorableText(value: unknown): FieldProblem[] {
  const problems: FieldProblem[] = [];
  walk(value, []);
  return problems;

  function walk(part: unknown, path: readonly string[]): void {
    if (problems.length >= MOST) return;
    if (typeof part === 'string') checkText(part, path);
    if (typeof part !== 'object' || part === null) return;
    if (path.length >= DEPTH) {
      problems.push({ pointer: '', rule: 'depth', message: `The value is nested deeper than ${DEPTH} levels.` });
      return;
    }
    for (const [name, member] of Object.entries(part)) {
      if (!isStorable(name)) checkText(name, path);
      walk(member, [...path, name]);
    }
  }

  function checkText(text: string, path: readonly string[]): void {
    if (isStorable(text)) return;
    problems.push({
      pointer: toPointer(path).toWellFormed().replaceAll('\0', ''),
      rule: 'text',
      message: 'The text holds U+0000 or half of a surrogate pair.',
      remedy: 'Send well-formed Unicode text without the character U+0000.',
    });
  }
}

export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
