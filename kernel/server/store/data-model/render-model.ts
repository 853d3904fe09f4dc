import type { Column, Table } from './read-tables.ts';

/** Tables that are drawn together: the entities of one file. */
export interface Area {
  readonly title: string;
  readonly tables: readonly Table[];
}

/** Renders `docs/data-model.md`. */
export function renderModel(areas: readonly Area[]): string {
  const all = areas.flatMap(({ tables }) => tables);
  const relations = (tables: readonly Table[]) =>
    [...new Set(tables.flatMap((table) => renderRelations(table, all)))].sort();
  const overview = `## Overview\n\n${renderDrawing(relations(all))}`;
  const parts = areas.map(
    ({ title, tables }) => `## ${title}\n\n${renderDrawing([...tables.map(renderBox), ...relations(tables)])}`,
  );
  return [INTRODUCTION, overview, ...parts].join('\n');
}

const INTRODUCTION = `# Data model

The tables of the kernel, in the schema \`kernel\` of its database. A solid line is a foreign key; a dotted one is an id that is kept
although what it names may be gone: records outlive what they tell of. Plugins have schemas of their own, and the queue of jobs is
graphile-worker's.

This page is made from the entities in \`kernel/server/store/entities\` and the tables that the migrations make; a test fails when they
differ. \`npx vitest run --project harness kernel/server/store/data-model -u\` writes it anew.
`;

function renderDrawing(lines: readonly string[]): string {
  return `\`\`\`mermaid\nerDiagram\n${lines.map((line) => `  ${line}`).join('\n')}\n\`\`\`\n`;
}

function renderBox({ name, columns }: Table): string {
  return `${name} {\n${columns.map(renderColumn).join('\n')}\n  }`;
}

function renderColumn({ name, type, optional, primary, references, unique }: Column): string {
  const keys = [primary && 'PK', references !== null && 'FK', unique && !primary && 'UK'].filter(Boolean).join(', ');
  const written = type.replace('timestamp with time zone', 'timestamptz').replaceAll(' ', '_').replace('[]', '_list');
  return `    ${written} ${name}${keys ? ` ${keys}` : ''}${optional ? ' "optional"' : ''}`;
}

function renderRelations(table: Table, all: readonly Table[]): string[] {
  return table.columns.flatMap((column) => {
    const target = column.references ?? all.find((other) => namesOne(column, other, table))?.name;
    return target === undefined ? [] : [renderRelation(table, column, target)];
  });
}

/** A column with the name of a table that has one key of the same type keeps an id of it. */
function namesOne({ name, type }: Column, other: Table, table: Table): boolean {
  const [key, ...more] = other.columns.filter(({ primary }) => primary);
  return other.name === name && other !== table && more.length === 0 && key?.type === type;
}

/** From what is referred to, to what refers: one to many, or to one where the column alone is unique. */
function renderRelation(table: Table, { name, references, optional, unique }: Column, target: string): string {
  const line = references === null ? '..' : '--';
  return `${target} ${optional ? '|o' : '||'}${line}${unique ? 'o|' : 'o{'} ${table.name} : ${name === target ? 'has' : name}`;
}
