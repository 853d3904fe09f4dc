/** What a pattern is made of, reduced to what a search in linear time can do. */
export type Syntax =
  | { readonly kind: 'empty' }
  /** One character out of a set, as the source of an atom or a class: `a`, `\d`, `[^/]`. */
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'sequence'; readonly items: readonly Syntax[] }
  | { readonly kind: 'choice'; readonly items: readonly Syntax[] }
  | { readonly kind: 'repeat'; readonly item: Syntax; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'edge'; readonly edge: 'start' | 'end' | 'word' | 'notWord' }
  | { readonly kind: 'ahead'; readonly item: Syntax; readonly wanted: boolean };

/** A pattern that is no regular expression, or that cannot be searched in linear time. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/**
 * Parses an ECMAScript pattern with the `u` flag. Look-behind and back-references are refused.
 *
 * @throws PatternError
 */
export function parsePattern(pattern: string): Syntax {
  try {
    new RegExp(pattern, 'u');
  } catch (cause) {
    throw new PatternError(`${JSON.stringify(pattern)} is no regular expression: ${(cause as Error).message}`, {
      cause,
    });
  }
  return new Parser(pattern).parse();
}

/** Relies on the pattern being right: the engine has parsed it before. */
class Parser {
  readonly #pattern: string;
  #at = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  parse(): Syntax {
    const items = [this.#sequence()];
    while (this.#take('|')) items.push(this.#sequence());
    return items.length === 1 ? (items[0] as Syntax) : { kind: 'choice', items };
  }

  #sequence(): Syntax {
    const items: Syntax[] = [];
    while (this.#at < this.#pattern.length && !this.#sees('|') && !this.#sees(')')) items.push(this.#repeated());
    return items.length === 1 ? (items[0] as Syntax) : { kind: 'sequence', items };
  }

  #repeated(): Syntax {
    const item = this.#atom();
    const count = this.#match(/[*+?]|\{(\d+)(?:(,)(\d*))?\}/y);
    if (!count) return item;
    this.#take('?');
    const [text, low = '0', comma, high] = count;
    if (text === '*') return { kind: 'repeat', item, minimum: 0, maximum: Number.POSITIVE_INFINITY };
    if (text === '+') return { kind: 'repeat', item, minimum: 1, maximum: Number.POSITIVE_INFINITY };
    if (text === '?') return { kind: 'repeat', item, minimum: 0, maximum: 1 };
    const maximum = comma === undefined ? Number(low) : high ? Number(high) : Number.POSITIVE_INFINITY;
    return { kind: 'repeat', item, minimum: Number(low), maximum };
  }

  #atom(): Syntax {
    if (this.#take('^')) return { kind: 'edge', edge: 'start' };
    if (this.#take('$')) return { kind: 'edge', edge: 'end' };
    if (this.#take('\\b')) return { kind: 'edge', edge: 'word' };
    if (this.#take('\\B')) return { kind: 'edge', edge: 'notWord' };
    if (this.#sees('(')) return this.#group();
    return { kind: 'set', source: this.#set() };
  }

  #group(): Syntax {
    if (this.#sees('(?<=') || this.#sees('(?<!')) throw this.#refuse('look-behind');
    const opening = this.#match(/\((?:\?(?:[:=!]|<[^>]*>|[a-z-]*:))?/y)?.[0] ?? '(';
    if (/^\(\?[a-z-]+:/.test(opening)) throw this.#refuse('flags inside the pattern');
    const item = this.parse();
    this.#take(')');
    if (opening === '(?=' || opening === '(?!') return { kind: 'ahead', item, wanted: opening === '(?=' };
    return item;
  }

  #set(): string {
    if (/\\(?:k<|[1-9])/y.test(this.#pattern.slice(this.#at, this.#at + 3))) throw this.#refuse('a back-reference');
    const escaped = this.#match(/\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[dD][89abAB]..\\u[dD][c-fC-F]..|u.{4}|x..|c.|.)/suy);
    if (escaped) return escaped[0];
    const set = this.#match(/\[(?:\\.|[^\]\\])*\]/suy) ?? this.#match(/./suy);
    return (set as RegExpExecArray)[0];
  }

  #refuse(what: string): PatternError {
    return new PatternError(
      `${JSON.stringify(this.#pattern)} has ${what}, which cannot be searched in a time that grows only with the text`,
    );
  }

  #sees(text: string): boolean {
    return this.#pattern.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#at += text.length;
    return true;
  }

  #match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#pattern);
    if (found) this.#at = expression.lastIndex;
    return found;
  }
}
