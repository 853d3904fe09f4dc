import { createColors } from 'picocolors';
import { plainText } from './plain-text.ts';

export type Colors = ReturnType<typeof createColors>;

/** A stream that text is written to; `process.stdout` is one. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** False: never. Otherwise where the stream is a terminal and NO_COLOR is not set. */
  readonly color?: boolean;
}

/**
 * Where a command's words go. Results go to standard output: text for people, or with `--json` exactly one JSON document,
 * or one per line for streams. Everything else goes to standard error, and with `--json` or `--quiet` nowhere.
 */
export class Output {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly colors: Colors;
  readonly errorColors: Colors;
  readonly error: TextStream;
  readonly #result: TextStream;

  constructor(
    { json = false, quiet = false, color = true }: OutputOptions,
    streams: { stdout: TextStream; stderr: TextStream } = process,
  ) {
    this.json = json;
    this.quiet = quiet;
    this.#result = streams.stdout;
    this.error = streams.stderr;
    this.colors = createColors(color && mayColor(streams.stdout));
    this.errorColors = createColors(color && mayColor(streams.stderr));
  }

  /** Whether people watch and can be shown a line that changes. */
  get live(): boolean {
    return this.error.isTTY === true && !this.json && !this.quiet;
  }

  /** How many characters a line of the result may have; undefined where nobody looks at a terminal. */
  get columns(): number | undefined {
    return this.#result.isTTY ? this.#result.columns : undefined;
  }

  /** What the command was asked for. */
  result(value: unknown, render: () => string): void {
    if (this.json) this.#result.write(`${JSON.stringify(value, null, 2)}\n`);
    else write(this.#result, render());
  }

  /** One item of a stream. */
  item(value: unknown, render: () => string): void {
    if (this.json) this.#result.write(`${JSON.stringify(value)}\n`);
    else write(this.#result, render());
  }

  /** What people want to know beside the result. */
  note(text: string): void {
    if (!this.json && !this.quiet) write(this.error, text);
  }
}

/** What happened, for people; with `--json` the value. */
export function say(output: Output, value: unknown, text: string): void {
  if (output.json) output.result(value, () => '');
  else output.note(text);
}

function write(stream: TextStream, text: string): void {
  if (text !== '') stream.write(`${plainText(text)}\n`);
}

function mayColor(stream: TextStream): boolean {
  if (process.env.NO_COLOR) return false;
  if (process.env.FORCE_COLOR) return process.env.FORCE_COLOR !== '0';
  return stream.isTTY === true && process.env.TERM !== 'dumb';
}
