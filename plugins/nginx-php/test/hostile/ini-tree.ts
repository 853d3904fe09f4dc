/** Sections of a configuration of php-fpm, each with its entries in order. */
export type IniTree = Readonly<Record<string, readonly (readonly [key: string, value: string])[]>>;

/**
 * Reads configuration of php-fpm by the rules of PHP's zend_ini_scanner.l: one entry in a line; a double-quoted value ends
 * at the first quote that is not escaped, `\"` and `\\` stand for the second character, other backslashes for themselves.
 * Refuses all that the scanner would compute: `$`, constants and operators outside of quotes. Shares nothing with what writes it.
 */
export function parseIni(text: string): IniTree {
  const tree: Record<string, [string, string][]> = {};
  let section: [string, string][] | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const heading = /^\[([^\]\s"';$]+)\]$/.exec(line)?.[1];
    if (line === '' || line.startsWith(';')) continue;
    if (heading !== undefined) {
      section = tree[heading] ??= [];
      continue;
    }
    const [, key, rest] = /^([a-z_.]+(?:\[[A-Za-z0-9_.]+\])?) = (.*)$/.exec(line) ?? [];
    if (key === undefined || rest === undefined || !section) throw new Error(`no entry: ${line}`);
    section.push([key, valueIn(rest)]);
  }
  return tree;
}

function valueIn(text: string): string {
  if (!text.startsWith('"')) {
    if (!/^[A-Za-z0-9._/-]+$/.test(text)) throw new Error(`PHP would compute ${text}`);
    return text;
  }
  let value = '';
  for (let at = 1; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"') {
      if (at !== text.length - 1) throw new Error(`more after the quote: ${text}`);
      return value;
    }
    if (character === '$') throw new Error(`PHP would expand ${text}`);
    const escaped = character === '\\' && /["\\]/.test(text[at + 1] ?? '');
    value += escaped ? text[++at] : character;
  }
  throw new Error(`unfinished quote: ${text}`);
}
