import type { OwnerKey } from '@freehold/sdk/protocol';
import { rotateLogs } from '../logs/rotation.ts';
import type { Watch } from '../system/system.ts';
import { Measurements } from '../usage/measurements.ts';
import type { Reports } from './engine-parts.ts';
import { type SweepOptions, sweep } from './sweep.ts';
import type { WorkInHand } from './work-in-hand.ts';
import type { Workshop } from './workshop.ts';

export interface HousekeepingParts {
  readonly workshop: Workshop;
  readonly work: WorkInHand;
  readonly reports: Reports;
  readonly warn: SweepOptions['warn'];
}

/** Milliseconds. */
const ROTATION_INTERVAL = 60_000;
const REMEMBERED_ACTIONS = 30 * 86_400_000;

/** What is done again and again: comparing everything with the machine, rotating logs. */
export class Housekeeping {
  readonly #parts: HousekeepingParts;
  readonly #ended = new AbortController();
  #nextSweep: Watch | undefined;
  /** Milliseconds until it, as it was last decided. */
  #interval = 0;
  #nextRotation: Watch | undefined;
  readonly #measurements: Measurements;

  constructor(parts: HousekeepingParts) {
    this.#parts = parts;
    this.#measurements = new Measurements(parts);
  }

  start(): void {
    this.#parts.work.take('first sweep', () => this.#safely('sweep', () => this.sweep()));
    this.#armSweep();
    this.#armRotation();
  }

  /** One after the other: two at once would only find the same. */
  async sweep(request?: string): Promise<void> {
    const { workshop, work, reports, warn } = this.#parts;
    const { signal } = this.#ended;
    await workshop.turns.take('sweep', async () => {
      const swept = await sweep(workshop, {
        signal,
        request,
        inTurn: (owner, act) => work.inTurn(owner, act),
        report: (report) => reports.keep(report),
        warn,
      });
      void reports.tell(swept);
      workshop.store.actions.forgetBefore(workshop.system.clock.now() - REMEMBERED_ACTIONS);
      if (request !== undefined) await this.#measurements.take({ all: true });
    });
  }

  /** What an owner has on disk is another thing now. */
  noteChanged(owner: OwnerKey): void {
    this.#measurements.noteChanged(owner);
  }

  /** The server may have said something else. */
  reconsider(): void {
    if (this.#nextSweep && this.#interval !== this.#wantedInterval) this.#armSweep();
  }

  stop(): void {
    this.#ended.abort();
    this.#nextSweep?.close();
    this.#nextRotation?.close();
  }

  #armSweep(): void {
    this.#nextSweep?.close();
    if (this.#ended.signal.aborted) return;
    this.#interval = this.#wantedInterval;
    this.#nextSweep = this.#parts.workshop.system.clock.after(this.#interval, () => {
      void this.#safely('sweep', () => this.sweep()).then(() => this.#armSweep());
    });
  }

  get #wantedInterval(): number {
    return this.#parts.workshop.settings().checkInterval * 1000;
  }

  #armRotation(): void {
    const { workshop, work } = this.#parts;
    const { system, store, log } = workshop;
    this.#nextRotation = system.clock.after(ROTATION_INTERVAL, () => {
      const inTurn: typeof work.inTurn = (owner, act) => work.inTurn(owner, act);
      const failed = (path: string, cause: unknown) =>
        log.error({ path, cause: String(cause) }, 'a log could not be rotated');
      void this.#safely('rotation', async () => {
        await this.#measurements.take();
        await rotateLogs({ system, store, inTurn, failed });
      }).then(() => this.#armRotation());
    });
  }

  async #safely(what: string, work: () => Promise<void>): Promise<void> {
    try {
      if (!this.#ended.signal.aborted) await work();
    } catch (cause) {
      if (!this.#ended.signal.aborted)
        this.#parts.workshop.log.error({ what, cause: String(cause) }, 'housekeeping failed');
    }
  }
}
