import { stripVTControlCharacters } from 'node:util';
import type { Colors } from './output.ts';

/** Columns under their headings, as wide as their widest cell. */
export function renderTable(headings: readonly string[], rows: readonly (readonly string[])[], colors: Colors): string {
  const lines = [headings.map((heading) => colors.dim(heading.toUpperCase())), ...rows];
  return alignColumns(lines).join('\n');
}

/** A table whose last column holds sentences: on a terminal they are broken where it ends. */
export function renderProse(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  { colors, columns }: { readonly colors: Colors; readonly columns: number | undefined },
): string {
  const last = headings.length - 1;
  const widths = headings.slice(0, last).map((heading, column) => {
    return Math.max(heading.length, ...rows.map((cells) => width(cells[column] ?? ''))) + 2;
  });
  const left = (columns ?? Number.POSITIVE_INFINITY) - widths.reduce((sum, one) => sum + one, 0);
  const broken = rows.flatMap((cells) => {
    const [first = '', ...more] = left < NARROWEST ? [cells[last] ?? ''] : breakLines(cells[last] ?? '', left);
    return [[...cells.slice(0, last), first], ...more.map((line) => [...headings.slice(0, last).fill(''), line])];
  });
  return renderTable(headings, broken, colors);
}

/** A column that is narrower than this is harder to read than one that the terminal breaks. */
const NARROWEST = 24;

/** A text whose lines all begin with the same blanks, and end where the terminal does. */
export function wrap(text: string, indent: string, columns: number | undefined): string {
  const most = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(NARROWEST, columns - indent.length);
  return breakLines(text, most)
    .map((line) => indent + line)
    .join('\n');
}

function breakLines(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && width(`${line} ${word}`) <= most) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Names and values, one pair a line; pairs without a value are left out. */
export function renderFields(
  fields: readonly (readonly [string, string | undefined | null])[],
  colors: Colors,
): string {
  const lines = fields.flatMap(([name, value]) => (value ? [[`  ${colors.dim(name)}`, value]] : []));
  return alignColumns(lines).join('\n');
}

/** The last column keeps its length: it would only drag blanks behind it. */
function alignColumns(lines: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const cells of lines)
    cells.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(cell));
    });
  return lines.map((cells) =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  );
}

function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
