import { renderDuration } from './measure.ts';
import type { Output, TextStream } from './output.ts';
import { plainText } from './plain-text.ts';

/** Something that takes time. */
export interface ProgressLine {
  /** What is being done now. */
  update(detail: string): void;
  done(detail?: string): void;
  /** Left out, because there was nothing to do. */
  skip(detail?: string): void;
  fail(detail?: string): void;
  /** Says something of its own, above the line where that moves. */
  note(text: string): void;
  /** It did not even begin: the line goes without a trace. */
  drop(): void;
}

/** Begins a line for something that takes time. One is open at a time. */
export type Progress = (title: string) => ProgressLine;

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Lines of a log file need not be written faster than people read. */
const PLAIN_INTERVAL = 2_000;

/** Progress as this output wants it: one line that moves, plain lines, or nothing. */
export function makeProgress(output: Output): Progress {
  if (output.json || output.quiet)
    return () => ({ update() {}, done() {}, skip() {}, fail() {}, note() {}, drop() {} });
  return output.live ? (title) => liveLine(title, output) : (title) => plainLine(title, output);
}

function liveLine(title: string, { error: stream, errorColors: colors }: Output): ProgressLine {
  const startedAt = performance.now();
  let detail = '';
  let frame = 0;
  const draw = () => {
    const elapsed = performance.now() - startedAt;
    const clock = elapsed > 1_000 ? ` ${renderDuration(elapsed)}` : '';
    const text = fit(`${FRAMES[frame++ % FRAMES.length]} ${title}${clock}${detail && `  ${detail}`}`, stream);
    stream.write(`\r\x1b[2K${text}`);
  };
  const timer = setInterval(draw, 80);
  timer.unref();
  draw();
  const end = (mark: string, last: string) => {
    clearInterval(timer);
    const duration = renderDuration(performance.now() - startedAt);
    stream.write(`\r\x1b[2K${plainText(`${mark} ${title}${colors.dim(`  ${duration}${last && `  ${last}`}`)}`)}\n`);
  };
  return {
    update: (text) => {
      detail = text;
    },
    done: (text = '') => end(colors.green('✓'), text),
    skip: (text = '') => end(colors.dim('–'), text),
    fail: (text = '') => end(colors.red('✗'), text),
    note: (text) => {
      stream.write(`\r\x1b[2K${plainText(text)}\n`);
      draw();
    },
    drop: () => {
      clearInterval(timer);
      stream.write('\r\x1b[2K');
    },
  };
}

function plainLine(title: string, { error: stream }: Output): ProgressLine {
  const startedAt = performance.now();
  let spokeAt = startedAt;
  const end = (mark: string, last: string) => {
    const duration = renderDuration(performance.now() - startedAt);
    stream.write(`${plainText(`${mark} ${title} (${duration})${last && `: ${last}`}`)}\n`);
  };
  return {
    update: (text) => {
      if (performance.now() - spokeAt < PLAIN_INTERVAL) return;
      spokeAt = performance.now();
      stream.write(`  ${plainText(`${title}: ${text}`)}\n`);
    },
    done: (text = '') => end('✓', text),
    skip: (text = '') => end('–', text),
    fail: (text = '') => end('✗', text),
    note: (text) => stream.write(`${plainText(text)}\n`),
    drop() {},
  };
}

/** A line that wraps could not be taken back. */
function fit(text: string, { columns }: TextStream): string {
  // Some terminals say that they are 0 columns wide.
  const width = columns || 80;
  const plain = plainText(text.replace(/\s*\n\s*/g, ' '));
  return plain.length < width ? plain : `${plain.slice(0, width - 2)}…`;
}
