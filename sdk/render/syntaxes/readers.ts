/**
 * Reads one literal back, the way the program that owns the syntax does. Written from the programs' own sources and
 * documentation and not from what escape.ts writes, so that the tests compare two opinions.
 */

/** ngx_conf_read_token(): one parameter, up to `;`. Variables are looked for in the result, which must have none. */
export function readNginx(text: string): string {
  const source = `${text};`;
  let value = '';
  let at = source[0] === '"' || source[0] === "'" ? 1 : 0;
  const closing = at === 1 ? source[0] : undefined;
  for (; at < source.length; at++) {
    const character = source[at] as string;
    if (character === '\\') {
      const next = source[++at] as string;
      const escapes: Record<string, string> = { t: '\t', r: '\r', n: '\n', '"': '"', "'": "'", '\\': '\\' };
      value += escapes[next] ?? `\\${next}`;
    } else if (closing ? character === closing : /[\s;{]/.test(character)) {
      const rest = source.slice(closing ? at + 1 : at);
      if (rest !== ';') throw new Error(`nginx reads on after the parameter: ${rest}`);
      if (value.includes('$')) throw new Error('nginx expands a variable');
      return value;
    } else value += character;
  }
  throw new Error('nginx finds no end');
}

/** extract_first_word() with EXTRACT_UNQUOTE | EXTRACT_CUNESCAPE, then specifiers, then replace_env_argv(): systemd.service(5). */
export function readSystemdWord(text: string): string {
  const unquoted = unquoteSystemd(text);
  const specified = unquoted.replace(/%(.?)/gs, (_, specifier: string) => {
    if (specifier !== '%') throw new Error(`systemd expands %${specifier}`);
    return '%';
  });
  return specified.replace(/\$(.?)/gs, (_, next: string) => {
    if (next === '$') return '$';
    if (/[A-Za-z_{]/.test(next)) throw new Error('systemd expands a variable');
    return `$${next}`;
  });
}

function unquoteSystemd(text: string): string {
  let value = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '\\') {
      const next = text[++at] as string;
      if (!/["'\\\s]/.test(next)) throw new Error(`systemd reads the escape \\${next}`);
      value += next;
    } else if (quote ? character === quote : character === '"' || character === "'") quote = quote ? '' : character;
    else if (!quote && /\s/.test(character)) throw new Error('systemd starts another word');
    else value += character;
  }
  if (quote) throw new Error('systemd finds no closing quote');
  return value;
}

/** parse_env_file_internal() of systemd for the part after `NAME=`. */
export function readEnvFile(text: string): string {
  if (!text.startsWith('"')) throw new Error('only double quotes are written');
  let value = '';
  for (let at = 1; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"') {
      if (at !== text.length - 1) throw new Error('systemd reads on after the quote');
      return value;
    }
    if (character !== '\\') value += character;
    else {
      const next = text[++at] as string;
      value += '"\\`$'.includes(next) ? next : `\\${next}`;
    }
  }
  throw new Error('systemd finds no closing quote');
}

/** zend_ini_escape_string() of PHP's scanner in its normal mode, within double quotes. */
export function readPhpIni(text: string): string {
  if (!text.startsWith('"')) throw new Error('only double quotes are written');
  let value = '';
  for (let at = 1; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"') {
      if (at !== text.length - 1) throw new Error('PHP reads on after the quote');
      return value;
    }
    if (character === '$' && text[at + 1] === '{') throw new Error('PHP reads the environment');
    if (character !== '\\') value += character;
    else {
      const next = text[++at] as string;
      value += `"'\\`.includes(next) ? next : `\\${next}`;
    }
  }
  throw new Error('PHP finds no closing quote');
}

/** SQL:2016 §5.3, character string literal, and numbers. */
export function readSql(text: string): string {
  if (/^-?[0-9.]+(?:e[+-]?[0-9]+)?$/.test(text)) return text;
  const match = /^'((?:[^']|'')*)'$/s.exec(text);
  if (!match) throw new Error('SQL finds no literal');
  return (match[1] as string).replaceAll("''", "'");
}
