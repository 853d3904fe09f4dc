/**
 * A configuration syntax that Freehold writes, and what a value becomes in it.
 * - `nginx`: a parameter of a directive.
 * - `php-ini`: a value in a `php.ini` or in a pool of php-fpm.
 * - `systemd`: a word of a command line in a unit, such as `ExecStart=`. Environments belong into an `env` file.
 * - `env`: a value in a file for `EnvironmentFile=`, or of an assignment in a POSIX shell.
 * - `json`, `yaml`: a value, in flow style.
 * - `sql`: a string or a number of standard SQL.
 */
export type Syntax = 'nginx' | 'php-ini' | 'systemd' | 'env' | 'json' | 'yaml' | 'sql';

/** A value that cannot be written in a syntax, or a template that would not escape. The schema of a value should have refused it before. */
export class RenderError extends Error {
  override readonly name = 'RenderError';
}

/**
 * Writes a value as one literal of a syntax, quotes included. Strings and finite numbers; JSON and YAML take any JSON value.
 * A parser of the syntax reads exactly the same value back.
 *
 * @throws RenderError when the syntax has no way to say the value: control characters; `$` where it would be
 * expanded and cannot be quoted; a backslash in SQL; more than 4000 bytes in nginx, which reads no longer ones.
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
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  if (!/^[A-Za-z0-9._:/@+-]+$/.test(text)) throw new RenderError(`${shown(value)} cannot stand without quotes`);
  return text;
}

const writers: Record<Syntax, (value: unknown) => string> = {
  /** nginx takes `\` before a quote or a backslash, and has no escape for `$` (ngx_conf_read_token). */
  nginx: (value) => notTooLong('nginx', quote(withoutDollar('nginx', scalar('nginx', value)), /["\\]/g)),
  /** Double-quoted; `${` would read the environment and php-fpm puts the pool's name for `$pool`. */
  'php-ini': (value) => quote(withoutDollar('php-ini', scalar('php-ini', value)), /["\\]/g),
  /** C-style quoting; `%` starts a specifier and `$` a variable (systemd.syntax(7), systemd.unit(5)). */
  systemd: (value) => quote(scalar('systemd', value), /["\\]/g).replaceAll('%', '%%').replaceAll('$', '$$$$'),
  /** As in an EnvironmentFile (systemd.exec(5)), which is also what a POSIX shell reads as a literal. */
  env: (value) => quote(scalar('env', value), /["\\`$]/g),
  json: (value) => json('json', value),
  /** JSON is YAML (YAML 1.2 §1.3), but for names of more than 1024 characters (§7.4.2). */
  yaml: (value) => json('yaml', value, 1000),
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

/** nginx reads its configuration through a buffer of 4096 bytes, into which a parameter must fit (ngx_conf_file.c). */
function notTooLong(syntax: Syntax, literal: string): string {
  if (Buffer.byteLength(literal) > 4000) throw cannot(syntax, 'of more than 4000 bytes', literal);
  return literal;
}

/** Also escapes what YAML counts as not printable, or as the end of a line. */
function json(syntax: Syntax, value: unknown, longestName = Number.POSITIVE_INFINITY): string {
  const text = JSON.stringify(value, function (this: unknown, name: string, member: unknown) {
    if (name.length > longestName || !name.isWellFormed()) throw cannot(syntax, 'with this name', name);
    const leftOut = member === undefined && name !== '' && !Array.isArray(this);
    return leftOut ? undefined : jsonMember(syntax, member);
  });
  return text.replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** JSON.stringify would write null for these, or break off. */
function jsonMember(syntax: Syntax, member: unknown): unknown {
  const sayable =
    typeof member === 'number'
      ? Number.isFinite(member)
      : !['undefined', 'function', 'symbol', 'bigint'].includes(typeof member);
  if (!sayable) throw new RenderError(`${syntax}: ${shown(member)} is no literal`);
  if (typeof member === 'string' && !member.isWellFormed()) throw cannot(syntax, 'with half a character', member);
  return member;
}

function shown(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value.slice(0, 200))
    : `a ${value === null ? 'null' : typeof value}`;
}

function cannot(syntax: Syntax, how: string, text: string): RenderError {
  return new RenderError(`${syntax} cannot say a value ${how}: ${JSON.stringify(text.slice(0, 200))}`);
}
