import type { OwnerKey } from '@freehold/sdk/protocol';
import type { Clock } from '../system/system.ts';
import type { Reports } from './engine-parts.ts';

/** Milliseconds between two reports of the same work: more often nobody reads. */
const INTERVAL = 100;

/** Tells how far work has come. */
export class ProgressReports {
  readonly #clock: Clock;
  readonly #reports: Reports;

  constructor(clock: Clock, reports: Reports) {
    this.#clock = clock;
    this.#reports = reports;
  }

  of(work: { owner: OwnerKey; revision?: number; operation?: string }) {
    let last = Number.NEGATIVE_INFINITY;
    return (done: number, total: number, message: string) => {
      if (this.#clock.now() - last < INTERVAL) return;
      last = this.#clock.now();
      void this.#reports.tell({ kind: 'progress', ...work, done, total, message });
    };
  }
}
