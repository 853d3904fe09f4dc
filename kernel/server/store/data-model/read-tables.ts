import type { Pool } from 'pg';

export interface Column {
  readonly name: string;
  /** As PostgreSQL names it. */
  readonly type: string;
  readonly optional: boolean;
  readonly primary: boolean;
  /** Table that a foreign key leads to. */
  readonly references: string | null;
  /** Whether no two rows have the same. */
  readonly unique: boolean;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

/** The tables of the kernel as they are in the database, by name. */
export async function readTables(pool: Pool): Promise<Map<string, Table>> {
  const { rows } = await pool.query<Column & { table: string }>(`
    select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type, not a.attnotnull as optional,
      exists (select from pg_constraint p where p.conrelid = c.oid and p.contype = 'p' and a.attnum = any (p.conkey)) as primary,
      exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and i.indnkeyatts = 1 and i.indkey[0] = a.attnum
        and i.indpred is null) as unique,
      (select f.relname from pg_constraint r join pg_class f on f.oid = r.confrelid
        where r.conrelid = c.oid and r.contype = 'f' and r.conkey = array[a.attnum] limit 1) as references
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'kernel'::regnamespace and c.relkind in ('r', 'p')
    order by c.relname, a.attnum`);
  const tables = new Map<string, Table>();
  for (const { table, ...column } of rows)
    tables.set(table, { name: table, columns: [...(tables.get(table)?.columns ?? []), column] });
  return tables;
}
