import type { FieldProblem, ProblemDocument } from '../problem.ts';
import type { Colors } from './output.ts';

/** What is wrong, which field and value, and what to do about it. */
export function renderProblem(problem: ProblemDocument, colors: Colors): string {
  const fields = problem.errors ?? [];
  return [
    colors.red(`✗ ${problem.detail}`),
    ...fields.map((field) => renderField(field, problem, colors)),
    ...(problem.remedy ? [`  ${problem.remedy}`] : []),
    colors.dim(`  (${[problem.code, problem.status, problem.instance].filter(Boolean).join(' · ')})`),
  ].join('\n');
}

/** What the problem says of all is not said again of one field. */
function renderField({ pointer, value, message, remedy }: FieldProblem, all: ProblemDocument, colors: Colors): string {
  const place = pointer === '' ? 'the whole value' : fieldName(pointer);
  const shown = value === undefined ? '' : ` = ${shorten(JSON.stringify(value))}`;
  const words = [message, remedy].filter((text) => text && text !== all.detail && text !== all.remedy);
  return [`  ${colors.bold(place)}${shown}`, ...words.map((text) => `    ${text}`)].join('\n');
}

/** `/spec/hostnames/0` → `spec.hostnames[0]`, which is how `--set` names it. */
export function fieldName(pointer: string): string {
  const segments = pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  return segments.reduce((name, segment) => {
    if (/^\d+$/.test(segment)) return `${name}[${segment}]`;
    return name === '' ? segment : `${name}.${segment}`;
  }, '');
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
