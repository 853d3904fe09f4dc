import type { Entry } from './entrant.ts';
import { runRound } from './round.ts';
import type { Workshop } from './workshop.ts';

/** Milliseconds from the start of one round to the start of the next: who comes in between shares it. */
const FLOOR = 200;

interface Waiting {
  readonly entry: Entry;
  readonly passed: () => void;
  readonly refused: (cause: unknown) => void;
}

/** One commit round at a time on the node. All owners that wait when it begins are in it. */
export class CommitRounds {
  readonly #parts: () => Workshop;
  #waiting: Waiting[] = [];
  #lastStart = Number.NEGATIVE_INFINITY;

  constructor(parts: () => Workshop) {
    this.#parts = parts;
  }

  /**
   * Takes an owner's changes to the services. They are in effect when this returns.
   *
   * @throws Refusal when they were refused; then they were taken back.
   */
  join(entry: Entry): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ entry, passed: resolve, refused: reject });
    void this.#alone(() => this.#next());
    return promise;
  }

  /** Work on services that must not cross a round. */
  alone<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#alone(work);
  }

  async #next(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const { clock } = this.#parts().system;
    const wait = this.#lastStart + FLOOR - clock.now();
    if (wait > 0) await clock.pause(wait);
    this.#lastStart = clock.now();
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      const refusals = await runRound(
        waiting.map(({ entry }) => entry),
        this.#parts(),
      );
      for (const { entry, passed, refused } of waiting) {
        const refusal = refusals.get(entry);
        if (refusal) refused(refusal);
        else passed();
      }
    } catch (cause) {
      for (const { refused } of waiting) refused(cause);
    }
  }

  #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#parts().turns.take('commit round', work);
  }
}
