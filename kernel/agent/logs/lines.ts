const LONGEST = 16_384;
const LINE_FEED = 10;

/** Cuts bytes into lines of text. A line that is too long is cut, bytes that are no UTF-8 are replaced. */
export class Lines {
  #rest: Buffer = Buffer.alloc(0);

  /** The lines that are complete now. */
  add(bytes: Buffer): string[] {
    const all = Buffer.concat([this.#rest, bytes]);
    const lines: string[] = [];
    let start = 0;
    for (let end = all.indexOf(LINE_FEED); end >= 0; end = all.indexOf(LINE_FEED, start)) {
      lines.push(toText(all.subarray(start, end)));
      start = end + 1;
    }
    // Without this, a program that never ends its line would fill the memory.
    this.#rest = all.subarray(start).subarray(0, LONGEST + 4);
    return lines;
  }

  /** Goes on where others ended. */
  begin(other: Lines): void {
    this.#rest = other.#rest;
  }

  /** The line that was not ended, if there is one. */
  rest(): string[] {
    const text = toText(this.#rest);
    this.#rest = Buffer.alloc(0);
    return text === '' ? [] : [text];
  }
}

function toText(line: Buffer): string {
  const text = line.subarray(0, LONGEST).toString('utf8').replace(/\r$/, '');
  return line.length > LONGEST ? `${text} … (cut)` : text;
}
