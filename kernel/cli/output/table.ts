import { stripVTControlCharacters } from 'node:util';
import type { Colors } from './output.ts';

/** Columns under their headings, as wide as their widest cell. */
export function renderTable(headings: readonly string[], rows: readonly (readonly string[])[], colors: Colors): string {
  const lines = [headings.map((heading) => colors.dim(heading.toUpperCase())), ...rows];
  return alignColumns(lines).join('\n');
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
