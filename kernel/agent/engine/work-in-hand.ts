import type { OwnerKey } from '@freehold/sdk/protocol';
import type { Logger } from 'pino';
import type { Clock } from '../system/system.ts';
import type { Turns } from './turns.ts';

type Doing = (signal: AbortSignal) => Promise<void>;

interface Change {
  readonly owner: OwnerKey;
  readonly revision: number;
  readonly key: string;
}

export interface WorkParts {
  readonly turns: Turns;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The work that is waiting or being done: one piece at a time for each owner, and of two changes of one owner the later only. */
export class WorkInHand {
  readonly #parts: WorkParts;
  readonly #keys = new Map<string, Promise<void>>();
  /** The change of each owner that comes next. */
  readonly #next = new Map<OwnerKey, string>();
  /** The highest revision that came for each owner since the start: an answer that was delayed brings an older one. */
  readonly #latest = new Map<OwnerKey, number>();
  readonly #ended = new AbortController();
  #isClosing = false;

  constructor(parts: WorkParts) {
    this.#parts = parts;
  }

  keys(): string[] {
    return [...this.#keys.keys()];
  }

  /** Does it at once. */
  take(key: string, doing: Doing): void {
    if (this.#isClosing || this.#keys.has(key)) return;
    this.#keys.set(key, this.#do(key, doing));
  }

  /** Does it when nothing else is done for the owner. */
  takeInTurn(owner: OwnerKey, key: string, doing: Doing): void {
    this.take(key, (signal) => this.inTurn(owner, () => doing(signal)));
  }

  /** The same, unless a later one comes before its turn. */
  takeLatest({ owner, revision, key }: Change, doing: Doing): void {
    if (this.#keys.has(key) || revision < (this.#latest.get(owner) ?? 0)) return;
    this.#latest.set(owner, revision);
    this.#next.set(owner, key);
    this.takeInTurn(owner, key, async (signal) => {
      if (this.#next.get(owner) !== key || this.#isClosing) return;
      this.#next.delete(owner);
      await doing(signal);
    });
  }

  inTurn<Result>(owner: OwnerKey, work: () => Promise<Result>): Promise<Result> {
    return this.#parts.turns.take(`owner ${owner}`, work);
  }

  /** Returns when nothing is in hand. */
  async settled(): Promise<void> {
    while (this.#keys.size > 0) await Promise.all(this.#keys.values());
  }

  /** Lets what was begun come to its end, and asks it to stop after some milliseconds. */
  async stop(patience: number): Promise<void> {
    this.#isClosing = true;
    const waiting = this.#parts.clock.after(patience, () => this.#ended.abort());
    await this.settled();
    waiting.close();
    this.#ended.abort();
  }

  async #do(key: string, doing: Doing): Promise<void> {
    try {
      await doing(this.#ended.signal);
    } catch (cause) {
      const { log, clock } = this.#parts;
      log.error({ work: key, cause }, 'work came to no end');
      // Without a report the server sends it again at once.
      await clock.pause(1000);
    } finally {
      this.#keys.delete(key);
    }
  }
}
