/** A directive of nginx's configuration: its name and arguments, and what stands in its block. */
export interface Directive {
  readonly words: readonly string[];
  readonly block?: readonly Directive[];
}

/**
 * Reads nginx's configuration by the rules of ngx_conf_read_token: words end at white space, `;` and `{`; quotes count at
 * the start of a word only, and a quoted word must be followed by white space, `;`, `{` or `)`; `\` before a quote or a `\` is
 * taken away, and `\t`, `\r`, `\n` stand for characters. Shares nothing with what writes it.
 */
export function parseNginx(text: string): Directive[] {
  const reader = new Reader(text);
  const directives = reader.directives();
  if (!reader.atEnd) throw new Error('unexpected "}"');
  return directives;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  directives(): Directive[] {
    const found: Directive[] = [];
    let words: string[] = [];
    for (;;) {
      this.#skipSpace();
      const next = this.#text[this.#at];
      if (next === undefined || next === '}') {
        if (words.length > 0) throw new Error(`unexpected end after ${words.join(' ')}`);
        return found;
      }
      if (next === ';' || next === '{') {
        if (words.length === 0) throw new Error(`unexpected "${next}"`);
        this.#at++;
        found.push(next === ';' ? { words } : { words, block: this.#block() });
        words = [];
      } else words.push(next === '"' || next === "'" ? this.#quoted(next) : this.#plain());
    }
  }

  #block(): Directive[] {
    const directives = this.directives();
    if (this.#text[this.#at] !== '}') throw new Error('missing "}"');
    this.#at++;
    return directives;
  }

  #skipSpace(): void {
    for (;;) {
      while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
      if (this.#text[this.#at] !== '#') return;
      while (!this.atEnd && this.#text[this.#at] !== '\n') this.#at++;
    }
  }

  #quoted(quote: string): string {
    const start = ++this.#at;
    while (this.#text[this.#at] !== quote) {
      if (this.atEnd) throw new Error('unfinished quote');
      this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
    }
    const word = withoutEscapes(this.#text.slice(start, this.#at++));
    if (!/[ \t\r\n;{)]/.test(this.#text[this.#at] ?? '')) throw new Error(`unexpected character after ${word}`);
    return word;
  }

  #plain(): string {
    const start = this.#at;
    while (!this.atEnd && !/[ \t\r\n;{]/.test(this.#text[this.#at] ?? '')) {
      if (this.#text[this.#at] === '\\') this.#at++;
      else if (this.#text.startsWith('${', this.#at)) this.#at++;
      this.#at++;
    }
    return withoutEscapes(this.#text.slice(start, this.#at));
  }
}

function withoutEscapes(raw: string): string {
  const characters: Record<string, string> = { t: '\t', r: '\r', n: '\n' };
  return raw.replace(/\\(["'\\trn])/g, (_all, character: string) => characters[character] ?? character);
}
