import type { PrimitiveSpec } from '@freehold/sdk';
import { type LogReport, type LogWork, workKey } from '@freehold/sdk/protocol';
import { toRefusal } from '../primitives/refusal.ts';
import type { StateStore } from '../store/state-store.ts';
import type { System, Watch } from '../system/system.ts';
import { LogReader } from './log-reader.ts';

export interface LogReaderParts {
  readonly system: System;
  readonly store: StateStore;
  /** Returns when the server has it. */
  tell(report: LogReport): Promise<void>;
  /** A reading is no longer in hand: the server gives it again when somebody still reads. */
  released(): void;
}

/** Milliseconds before its end at which a reading asks for more time, by being no longer in hand. */
const RENEWAL = 5000;

interface Reading {
  readonly reader: LogReader;
  readonly follows: boolean;
  /** Settles when nothing more will be sent. */
  readonly done: Promise<void>;
  renewal: Watch;
  end: Watch;
  isInHand: boolean;
}

/** The logs that somebody reads at the moment. */
export class LogReaders {
  readonly #parts: LogReaderParts;
  readonly #readings = new Map<string, Reading>();

  constructor(parts: LogReaderParts) {
    this.#parts = parts;
  }

  inHand(): string[] {
    return [...this.#readings].filter(([, { isInHand }]) => isInHand).map(([key]) => key);
  }

  /** Begins to read; asked again for the same, goes on until the new end. */
  accept(work: LogWork): void {
    const key = workKey(work);
    const known = this.#readings.get(key);
    known?.renewal.close();
    known?.end.close();
    const reader = known?.reader ?? new LogReader(work, this.#parts);
    const left = Date.parse(work.until) - this.#parts.system.clock.now();
    const { clock } = this.#parts.system;
    const renewal = clock.after(left - RENEWAL, () => this.#release(key));
    const end = clock.after(left, () => void reader.end());
    const follows = known?.follows ?? work.follow;
    const done = known?.done ?? this.#read(key, work, reader);
    this.#readings.set(key, { reader, follows, done, renewal, end, isInHand: true });
  }

  /** Whether something is read that comes to an end by itself, and not because nobody follows it any more. */
  isBusy(): boolean {
    return this.#finite().length > 0;
  }

  /** Returns when nothing is. */
  async settled(): Promise<void> {
    while (this.isBusy()) await Promise.all(this.#finite().map(({ done }) => done));
  }

  cancel(key: string): void {
    void this.#readings.get(key)?.reader.end();
  }

  /** Without waiting: the server may be gone. */
  close(): void {
    for (const { reader } of this.#readings.values()) void reader.end();
  }

  #finite(): Reading[] {
    return [...this.#readings.values()].filter(({ follows }) => !follows);
  }

  async #read(key: string, { owner, log, request }: LogWork, reader: LogReader): Promise<void> {
    try {
      const recorded = this.#parts.store.inventory.find(owner, `log:${log}`);
      if (recorded?.resource.type !== 'log') throw new Error(`${owner} has no log ${log}.`);
      await reader.run(recorded.resource.spec as PrimitiveSpec<'log'>);
    } catch (cause) {
      const problem = toRefusal(cause).message;
      const { sequence } = reader;
      await this.#parts.tell({ kind: 'log', request, sequence, lines: [], end: true, problem }).catch(() => undefined);
    } finally {
      this.#forget(key);
    }
  }

  #release(key: string): void {
    const reading = this.#readings.get(key);
    if (reading) reading.isInHand = false;
    this.#parts.released();
  }

  #forget(key: string): void {
    const reading = this.#readings.get(key);
    reading?.renewal.close();
    reading?.end.close();
    this.#readings.delete(key);
  }
}
