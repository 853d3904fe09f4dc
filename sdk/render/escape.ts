/** A configuration syntax that Freehold writes. */
export type Syntax = 'nginx' | 'php-ini' | 'systemd' | 'env' | 'json' | 'yaml' | 'sql';

/** A value that cannot be written in a syntax. The schema of the value should have refused it before. */
export class RenderError extends Error {
  override readonly name = 'RenderError';
}

/**
 * Writes a value as one literal of a syntax, quotes included. Strings and finite numbers; JSON and YAML take any JSON value.
 *
 * @throws RenderError when the syntax has no way to say the value: control characters, and where it would be
 * expanded and cannot be quoted, `$`.
 */
export function escapeValue(syntax: Syntax, value: unknown): string {
  return writers[syntax](value);
}

/** Writes a table or column name in double quotes (SQL:2016 §5.4, delimited identifier). */
export function escapeSqlIdentifier(value: unknown): string {
  const text = scalar('sql', value);
  if (text === '' || text.includes('\\')) throw cannot('sql', 'as an identifier', text);
  return `"${text.replaceAll('"', '""')}"`;
}

/** Lets a word stand without quotes where a syntax knows none: a section name, a user, a size. */
export function bareWord(value: unknown): string {
  const text = String(value);
  if (!/^[A-Za-z0-9._:/@+-]+$/.test(text)) throw new RenderError(`${JSON.stringify(text)} cannot stand without quotes`);
  return text;
}

const writers: Record<Syntax, (value: unknown) => string> = {
  /** nginx takes `\` before a quote or a backslash, and has no escape for `$` (ngx_conf_read_token). */
  nginx: (value) => quote(withoutDollar('nginx', scalar('nginx', value)), /["\\]/g),
  /** Double-quoted; `${` would read the environment and php-fpm puts the pool's name for `$pool`. */
  'php-ini': (value) => quote(withoutDollar('php-ini', scalar('php-ini', value)), /["\\]/g),
  /** C-style quoting; `%` starts a specifier and `$` a variable (systemd.syntax(7), systemd.unit(5)). */
  systemd: (value) => quote(scalar('systemd', value), /["\\]/g).replaceAll('%', '%%').replaceAll('$', '$$$$'),
  /** As in an EnvironmentFile (systemd.exec(5)), which is also what a POSIX shell reads as a literal. */
  env: (value) => quote(scalar('env', value), /["\\`$]/g),
  json: (value) => json('json', value),
  /** JSON is YAML (YAML 1.2 §1.3). */
  yaml: (value) => json('yaml', value),
  /** Quotes are doubled. MariaDB takes a backslash for an escape and PostgreSQL does not, so it is refused. */
  sql: (value) => {
    const text = scalar('sql', value);
    if (text.includes('\\')) throw cannot('sql', 'with a backslash', text);
    return typeof value === 'number' ? text : `'${text.replaceAll("'", "''")}'`;
  },
};

function scalar(syntax: Syntax, value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string')
    throw new RenderError(`${syntax}: a ${value === null ? 'null' : typeof value} is no literal`);
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value) || !value.isWellFormed())
    throw cannot(syntax, 'with control characters', value);
  return value;
}

function withoutDollar(syntax: Syntax, text: string): string {
  if (text.includes('$')) throw cannot(syntax, 'with a dollar sign', text);
  return text;
}

function quote(text: string, special: RegExp): string {
  return `"${text.replace(special, (character) => `\\${character}`)}"`;
}

function json(syntax: Syntax, value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined) throw new RenderError(`${syntax}: a ${typeof value} is no literal`);
  return text.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029').replaceAll('\u007f', '\\u007f');
}

function cannot(syntax: Syntax, how: string, text: string): RenderError {
  return new RenderError(`${syntax} cannot say a value ${how}: ${JSON.stringify(text.slice(0, 200))}`);
}
