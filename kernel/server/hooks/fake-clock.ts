import type { Clock } from '../time/clock.ts';

const START = Date.UTC(2026, 0, 1);

/** A clock that stands still until it is told to go on. For tests. */
export class FakeClock implements Clock {
  #now = START;
  readonly #sleepers = new Set<{ at: number; wake: () => void }>();

  now(): Date {
    return new Date(this.#now);
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        resolve();
      };
      const sleeper = { at: this.#now + milliseconds, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake);
      if (signal?.aborted) wake();
    });
  }

  /** Back to the beginning. Nobody who slept wakes up. */
  reset(): void {
    this.#now = START;
    this.#sleepers.clear();
  }

  /** Moves on and wakes who is due, in order. */
  advance(milliseconds: number): void {
    this.#now += milliseconds;
    const due = [...this.#sleepers].filter(({ at }) => at <= this.#now);
    for (const { wake } of due.sort((a, b) => a.at - b.at)) wake();
  }
}
