import { join } from 'node:path';
import type { Output } from '../cli/output/output.ts';
import { makeProgress, type ProgressLine } from '../cli/output/progress.ts';
import type { Home } from './home.ts';
import { writeJsonFile } from './json-file.ts';

export interface Step {
  /** What is being done now. */
  update(detail: string): void;
  /** What came of it, shown behind the step when it is done. */
  result(detail: string): void;
  /** There was nothing to do. */
  skip(detail?: string): void;
}

/** The steps of a start: shown as they go, timed, and with `--json` told as JSON lines. */
export class Steps {
  readonly #output: Output;
  readonly #stop: AbortSignal;
  readonly #timings: { step: string; milliseconds: number }[] = [];
  readonly #startedAt = performance.now();
  #open: ProgressLine | undefined;

  constructor(output: Output, stop: AbortSignal) {
    this.#output = output;
    this.#stop = stop;
  }

  get milliseconds(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  async run<Result>(title: string, work: (step: Step) => Promise<Result>): Promise<Result> {
    this.#stop.throwIfAborted();
    const startedAt = performance.now();
    const line = makeProgress(this.#output)(title);
    this.#open = line;
    let [state, detail] = ['done', ''];
    const tell = (now: string) => this.#tell({ step: title, state: now, detail, ...this.#took(startedAt) });
    try {
      const result = await work({
        update: (text) => {
          line.update(text);
          if (text !== detail) this.#tell({ step: title, state: 'running', detail: text });
        },
        result: (text) => {
          detail = text;
        },
        skip: (text = '') => {
          [state, detail] = ['skipped', text];
        },
      });
      if (state === 'done') line.done(detail);
      else line.skip(detail);
      tell(state);
      this.#timings.push({ step: title, ...this.#took(startedAt) });
      return result;
    } catch (error) {
      line.fail(this.#stop.aborted ? 'stopped' : '');
      tell('failed');
      throw error;
    } finally {
      this.#open = undefined;
    }
  }

  /** Something people should know, whatever step is at work. */
  say(text: string, details: object = {}): void {
    if (this.#open) this.#open.note(text);
    else this.#output.note(text);
    this.#tell({ message: text, ...details });
  }

  /** Keeps how long each step took, for whoever wonders. */
  async save(home: Home): Promise<void> {
    const file = { at: new Date().toISOString(), milliseconds: this.milliseconds, steps: this.#timings };
    await writeJsonFile(join(home.launcher, 'timings.json'), file);
  }

  #took(startedAt: number): { milliseconds: number } {
    return { milliseconds: Math.round(performance.now() - startedAt) };
  }

  #tell(value: object): void {
    if (this.#output.json) this.#output.item(value, () => '');
  }
}
