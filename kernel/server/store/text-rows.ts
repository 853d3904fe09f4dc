import { createHash } from 'node:crypto';
import pg, { type Pool, type PoolClient, type QueryArrayConfig, type QueryResult } from 'pg';
import { type RowScope, renderScope } from './row-security.ts';

/** A statement with `$1`, `$2` … for its values: texts and lists of texts. */
export interface TextStatement {
  readonly text: string;
  readonly values: readonly (string | readonly string[])[];
}

export type TextRow = readonly (string | null)[];

/**
 * Rows as the database writes them, each value as text: for lists that are asked for so often that reading every value, to write it
 * again, would be most of the work. The statement is kept prepared, because planning it costs more than running it, with the policies of
 * a scope several times as much.
 */
export async function loadTextRows(
  pool: Pool,
  statement: TextStatement,
  scope: RowScope | undefined,
): Promise<TextRow[]> {
  const { text, values } = statement;
  const name = nameOf(text);
  // The driver prepares by name too, and knows nothing of what was prepared in SQL.
  if (scope) return loadScoped(pool, { ...statement, name: name && `${name}${SCOPED}` }, scope);
  const result = await pool.query({ ...SHAPE, ...(name !== undefined && { name }), text, values: [...values] });
  return result.rows;
}

/** The values are not read: everything is text. */
const SHAPE = {
  rowMode: 'array',
  types: { getTypeParser: () => (text: string) => text },
} as unknown as Pick<QueryArrayConfig, 'rowMode' | 'types'>;

/**
 * The scope and the statement go to the database in one message, and so in one transaction. Such a message takes no parameters, so what is
 * prepared is run by its name in SQL.
 */
async function loadScoped(
  pool: Pool,
  { name, text, values }: TextStatement & { name: string | undefined },
  scope: RowScope,
): Promise<TextRow[]> {
  const client = await pool.connect();
  try {
    if (name !== undefined) await ensurePrepared(client, name, text);
    const list = values.length > 0 ? `(${values.map(quote).join(', ')})` : '';
    const run = name === undefined ? inline({ text, values }) : `execute ${name}${list}`;
    const results = await client.query({ ...SHAPE, text: `${renderScope(scope)};\n${run}` });
    return ((results as unknown as QueryResult[]).at(-1)?.rows ?? []) as TextRow[];
  } finally {
    client.release();
  }
}

const SCOPED = '_scoped';
const prepared = new WeakMap<PoolClient, Set<string>>();

/** Whatever role prepared it, it is planned anew for the role that runs it, with that role's policies. */
async function ensurePrepared(client: PoolClient, name: string, text: string): Promise<void> {
  const known = prepared.get(client) ?? new Set();
  prepared.set(client, known);
  if (known.has(name)) return;
  await client.query(`prepare ${name} as ${text}`);
  known.add(name);
}

/** The statement with its values in it. */
export function inline({ text, values }: { text: string; values: readonly unknown[] }): string {
  return text.replace(/\$(\d+)/g, (_, number: string) => quote(values[Number(number) - 1]));
}

function quote(value: unknown): string {
  if (!Array.isArray(value)) return pg.escapeLiteral(String(value));
  return `array[${value.map((one) => pg.escapeLiteral(String(one))).join(',')}]::text[]`;
}

/** Each connection keeps what is prepared for as long as it lives, so callers must not be able to make up any number of them. */
const MOST = 64;
const names = new Map<string, string>();

/** What is prepared under a name, to be explained. */
export function preparedText(name: string): string | undefined {
  return [...names].find(([, known]) => name === known || name === `${known}${SCOPED}`)?.[0];
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST) return known;
  const name = `freehold_${createHash('sha256').update(text).digest('hex').slice(0, 20)}`;
  names.set(text, name);
  return name;
}
