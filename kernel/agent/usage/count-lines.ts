const NEWLINE = 0x0a;
const BLANK = 0x20;
const ZERO = 0x30;
const NINE = 0x39;
/** Digits of a number at the most: more cannot be a size. */
const MOST_DIGITS = 15;

/** What whole lines say, and how many bytes they are long. */
export interface Counted {
  readonly sum: number;
  readonly length: number;
}

/** Adds up the last so many numbers of each whole line. A line that ends otherwise says nothing. */
export function countLines(chunk: Buffer, fields: number): Counted {
  let [sum, start] = [0, 0];
  for (;;) {
    const end = chunk.indexOf(NEWLINE, start);
    if (end === -1) return { sum, length: start };
    sum += countLine(chunk, { start, end, fields });
    start = end + 1;
  }
}

/** From the end: what stands before may be whatever a visitor sent. */
function countLine(chunk: Buffer, { start, end, fields }: { start: number; end: number; fields: number }): number {
  let [sum, at] = [0, end];
  for (let field = 0; field < fields; field++) {
    let [value, scale, digits] = [0, 1, 0];
    for (; at > start && isDigit(chunk[at - 1]); at--) {
      value += ((chunk[at - 1] ?? ZERO) - ZERO) * scale;
      [scale, digits] = [scale * 10, digits + 1];
    }
    if (digits === 0 || digits > MOST_DIGITS || at === start || chunk[at - 1] !== BLANK) return 0;
    sum += value;
    at--;
  }
  return sum;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
