import { unlessAborted } from '../in-process-link.ts';

/** Whether messages arrive. As long as they do not, nobody is told that they do not, as on a network that is cut. */
export class Reachability {
  #isOpen = true;
  #opened = Promise.withResolvers<void>();
  #held = Promise.withResolvers<void>();

  get isOpen(): boolean {
    return this.#isOpen;
  }

  set isOpen(isOpen: boolean) {
    this.#isOpen = isOpen;
    if (isOpen) this.#opened.resolve();
    else [this.#opened, this.#held] = [Promise.withResolvers(), Promise.withResolvers()];
  }

  /** Returns when a report cannot be brought because messages do not arrive. */
  get held(): Promise<void> {
    return this.#held.promise;
  }

  /** Returns as soon as messages arrive. */
  async open(signal: AbortSignal, { delivery = false } = {}): Promise<void> {
    signal.throwIfAborted();
    while (!this.#isOpen) {
      if (delivery) this.#held.resolve();
      await unlessAborted(this.#opened.promise, signal);
    }
  }
}
