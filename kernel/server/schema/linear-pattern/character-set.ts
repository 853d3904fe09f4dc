/** The characters that one atom of a pattern stands for. The engine decides, one character at a time. */
export class CharacterSet {
  readonly #test: RegExp;
  readonly #ascii = new Uint8Array(128);

  constructor(source: string) {
    this.#test = new RegExp(`^${source}$`, 'u');
    for (let code = 0; code < 128; code++) this.#ascii[code] = this.#test.test(String.fromCharCode(code)) ? 1 : 0;
  }

  has(codePoint: number): boolean {
    return codePoint < 128 ? this.#ascii[codePoint] === 1 : this.#test.test(String.fromCodePoint(codePoint));
  }
}
