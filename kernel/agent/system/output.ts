import { StringDecoder } from 'node:string_decoder';

const HEAD = 1_048_576;
const TAIL = 65_536;

/** Keeps the beginning of what a program gives and the end of what it says: the one is parsed, the other is shown. */
export class Collector {
  readonly #standard: Buffer[] = [];
  #standardSize = 0;
  #tail: Buffer = Buffer.alloc(0);

  addStandard(chunk: Buffer): void {
    this.add(chunk);
    const room = HEAD - this.#standardSize;
    if (room <= 0) return;
    this.#standard.push(chunk.subarray(0, room));
    this.#standardSize += Math.min(room, chunk.length);
  }

  add(chunk: Buffer): void {
    this.#tail = Buffer.concat([this.#tail, chunk]);
    if (this.#tail.length > 2 * TAIL) this.#tail = this.#tail.subarray(-TAIL);
  }

  result(): { stdout: string; output: string } {
    return { stdout: Buffer.concat(this.#standard).toString('utf8'), output: text(this.#tail.subarray(-TAIL)) };
  }
}

/** Without the broken character that a cut may leave at the start. */
function text(bytes: Buffer): string {
  let start = 0;
  while (start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return new StringDecoder('utf8').write(bytes.subarray(start));
}
