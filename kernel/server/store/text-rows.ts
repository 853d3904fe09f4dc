import { createHash } from 'node:crypto';
import pg, { type Pool, type QueryArrayConfig, type QueryResult } from 'pg';
import { type RowScope, renderScope } from './row-security.ts';

/** A statement with `$1`, `$2` … for its values: texts, numbers and lists of texts. */
export interface TextStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

export type TextRow = readonly (string | null)[];

/**
 * Rows as the database writes them, each value as text: for lists that are asked for so often that reading every value, to write it
 * again, would be most of the work. Without a scope the database keeps the statement prepared; with one, the scope goes in front of it
 * in the same message, which takes no parameters.
 */
export async function loadTextRows(pool: Pool, { text, values }: TextStatement, scope: RowScope | undefined) {
  const shape = { rowMode: 'array', types: AS_WRITTEN } as const;
  const config: QueryArrayConfig = scope
    ? { ...shape, text: `${renderScope(scope)};\n${inline({ text, values })}` }
    : { ...shape, name: nameOf(text), text, values: [...values] };
  const answer = (await pool.query(config)) as unknown as QueryResult | QueryResult[];
  const last = Array.isArray(answer) ? answer.at(-1) : answer;
  return (last?.rows ?? []) as TextRow[];
}

const AS_WRITTEN = { getTypeParser: () => (text: string) => text } as never;

/** The statement with its values in it. */
export function inline({ text, values }: TextStatement): string {
  return text.replace(/\$(\d+)/g, (_, number: string) => quote(values[Number(number) - 1]));
}

function quote(value: unknown): string {
  if (Array.isArray(value)) return `array[${value.map((one) => pg.escapeLiteral(String(one))).join(',')}]`;
  return pg.escapeLiteral(String(value));
}

/** Each connection keeps what is prepared for as long as it lives, so callers must not be able to make up any number of them. */
const MOST = 64;
const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST) return known;
  const name = `freehold_${createHash('sha256').update(text).digest('hex').slice(0, 20)}`;
  names.set(text, name);
  return name;
}
