import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeDatabase } from '../../../testing/database.ts';
import { createOrm } from '../orm.ts';
import { readTables, type Table } from './read-tables.ts';
import { type Area, renderModel } from './render-model.ts';

const folder = join(import.meta.dirname, '../entities');
const page = join(import.meta.dirname, '../../../../docs/data-model.md');

/** The tables of each file of entities. */
async function readAreas(tables: ReadonlyMap<string, Table>): Promise<Area[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.entity.ts')).sort();
  const areas = await Promise.all(
    files.map(async (file) => {
      const entities = Object.values(await import(join(folder, file))) as { meta?: { tableName?: string } }[];
      const names = entities.flatMap(({ meta }) => meta?.tableName ?? []).filter((name) => tables.has(name));
      return { title: titleOf(file), tables: names.sort().map((name) => tables.get(name) as Table) };
    }),
  );
  const drawn = new Set(areas.flatMap((area) => area.tables.map(({ name }) => name)));
  const rest = [...tables.values()].filter(({ name }) => !drawn.has(name));
  return [...areas.filter((area) => area.tables.length > 0), { title: 'Without entities', tables: rest }];
}

function titleOf(file: string): string {
  const name = file.replace('.entity.ts', '').replaceAll('-', ' ');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

test('the page of the data model shows every table as it is', async () => {
  await using database = await takeDatabase();
  const tables = await readTables(database.store.pool);
  await expect(renderModel(await readAreas(tables))).toMatchFileSnapshot(page);
});

test('what entities have the tables have, and they agree on what may be missing', async () => {
  await using database = await takeDatabase();
  const tables = await readTables(database.store.pool);
  const metadata = createOrm(database.url, 1).getMetadata().getAll();
  const differences = [...metadata.values()].flatMap(({ tableName, props }) => {
    const columns = tables.get(tableName)?.columns ?? [];
    const known = props.flatMap(({ fieldNames = [], nullable = false }) =>
      fieldNames.map((name) => ({ name, nullable })),
    );
    const missing = known.filter(({ name }) => !columns.some((column) => column.name === name));
    const unlike = known.filter(
      ({ name, nullable }) => columns.find((column) => column.name === name)?.optional === !nullable,
    );
    return [
      ...missing.map(({ name }) => `${tableName}.${name} is not in the database`),
      ...unlike.map(
        ({ name, nullable }) => `${tableName}.${name} is ${nullable ? 'optional' : 'required'} in the entity only`,
      ),
    ];
  });
  expect(differences).toEqual([]);
});
