/** Work that many ask for at the same time and that is done once for all of them: for each after it asked. */
export class Together {
  readonly #work: () => Promise<void>;
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(work: () => Promise<void>) {
    this.#work = work;
  }

  /** Returns when the work was done from its beginning to its end after this call. */
  next(): Promise<void> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      const work = this.#work();
      this.#running = work.catch(() => undefined);
      return work;
    });
    return this.#next;
  }
}
