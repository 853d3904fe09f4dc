import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

interface Question {
  readonly resolve: (result: unknown) => void;
  readonly reject: (cause: Error) => void;
}

/** An engine in another process: asked by lines of JSON, and answering by them. */
export class RemoteAgent {
  readonly #process: ChildProcess;
  /** Questions that were not answered yet, by their numbers. */
  readonly #open = new Map<number, Question>();
  readonly #exit: Promise<unknown>;
  #count = 0;
  /** Why it answers no more. */
  #ended: Error | undefined;

  constructor(process: ChildProcess) {
    this.#process = process;
    if (process.stdout) createInterface(process.stdout).on('line', (line) => this.#answer(line));
    this.#exit = new Promise((resolve) => process.once('exit', resolve));
    void this.#exit.then((code) => this.#giveUp(`The agent ended with ${code}.`));
  }

  // biome-ignore lint/suspicious/noExplicitAny: what comes back is compared with what is expected, whatever it is.
  ask(method: string, ...args: readonly unknown[]): Promise<any> {
    if (this.#ended) return Promise.reject(this.#ended);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = ++this.#count;
    this.#open.set(id, { resolve, reject });
    this.#process.stdin?.write(`${JSON.stringify({ id, method, args })}\n`);
    return promise;
  }

  async end(): Promise<void> {
    this.#process.stdin?.end();
    await this.#exit;
  }

  #answer(line: string): void {
    const { id, result, error } = JSON.parse(line);
    if (error === undefined) this.#open.get(id)?.resolve(result);
    else this.#open.get(id)?.reject(new Error(error));
    this.#open.delete(id);
  }

  #giveUp(reason: string): void {
    this.#ended = new Error(reason);
    for (const { reject } of this.#open.values()) reject(this.#ended);
    this.#open.clear();
  }
}
