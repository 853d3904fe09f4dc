import type { Clock } from '../time/clock.ts';

export interface BreakerLimits {
  /** Failures in a row after which nothing is let through. */
  readonly failures: number;
  /** Milliseconds until one call is let through to see whether it works again. */
  readonly pause: number;
}

/** Permission for one call. Exactly one of its functions is called when the call has ended. */
export interface Passage {
  succeed(): void;
  fail(): void;
}

/** Keeps callers from something that keeps failing. */
export class CircuitBreaker {
  readonly #limits: BreakerLimits;
  readonly #clock: Clock;
  readonly #onOpen: () => void;
  #failuresInRow = 0;
  #openedAt: number | undefined;
  #trialUnderWay = false;

  constructor(limits: BreakerLimits, clock: Clock, onOpen: () => void) {
    this.#limits = limits;
    this.#clock = clock;
    this.#onOpen = onOpen;
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#openedAt === undefined) return 'closed';
    return this.#trialUnderWay || this.reopensIn === 0 ? 'half-open' : 'open';
  }

  /** Milliseconds until a call is let through again. */
  get reopensIn(): number {
    return this.#openedAt === undefined
      ? 0
      : Math.max(0, this.#openedAt + this.#limits.pause - this.#clock.now().getTime());
  }

  /** Gives undefined when the call must not be made. */
  enter(): Passage | undefined {
    if (this.#openedAt === undefined) return { succeed: () => this.#succeed(), fail: () => this.#fail() };
    if (this.#trialUnderWay || this.reopensIn > 0) return undefined;
    this.#trialUnderWay = true;
    return { succeed: () => this.#close(), fail: () => this.#open() };
  }

  /** A call that was let through before it opened says nothing about now. */
  #succeed(): void {
    if (this.#openedAt === undefined) this.#failuresInRow = 0;
  }

  #fail(): void {
    if (this.#openedAt === undefined && ++this.#failuresInRow >= this.#limits.failures) this.#open();
  }

  #open(): void {
    this.#openedAt = this.#clock.now().getTime();
    this.#trialUnderWay = false;
    this.#onOpen();
  }

  #close(): void {
    this.#openedAt = undefined;
    this.#trialUnderWay = false;
    this.#failuresInRow = 0;
  }
}
