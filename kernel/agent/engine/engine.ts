import {
  type ActionWork,
  type ApplyWork,
  type NodeSettings,
  type OwnerKey,
  type RemoveWork,
  type Work,
  workKey,
} from '@freehold/sdk/protocol';
import { LogReaders } from '../logs/log-readers.ts';
import { act } from './action.ts';
import { type EngineParts, makeWorkshop } from './engine-parts.ts';
import { Housekeeping } from './housekeeping.ts';
import { perform } from './perform.ts';
import { plan } from './plan.ts';
import { ProgressReports } from './progress-reports.ts';
import { start } from './start.ts';
import { Warnings } from './warnings.ts';
import { WorkInHand } from './work-in-hand.ts';
import type { Workshop } from './workshop.ts';

/** Does the work that the server gives, and keeps the machine as it was made. It knows nothing of how work and reports travel. */
export class Engine {
  readonly #parts: EngineParts;
  readonly #workshop: Workshop;
  readonly #work: WorkInHand;
  readonly #progress: ProgressReports;
  readonly #logs: LogReaders;
  readonly #housekeeping: Housekeeping;
  /** What people who look after the node should know, by owner. */
  readonly #warnings = new Warnings();

  constructor(parts: EngineParts) {
    const { system, store, reports } = parts;
    this.#parts = parts;
    this.#workshop = makeWorkshop(parts);
    this.#work = new WorkInHand({ turns: this.#workshop.turns, clock: system.clock, log: parts.log });
    this.#progress = new ProgressReports(system.clock, reports);
    this.#logs = new LogReaders({ system, store, tell: (report) => reports.tell(report), released: parts.released });
    const warn: Warnings['seen'] = (owner, warnings) => this.#warnings.seen(owner, warnings);
    this.#housekeeping = new Housekeeping({ workshop: this.#workshop, work: this.#work, reports, warn });
  }

  /** Puts right what an earlier agent left, and takes up its services and timers. To be awaited before any work is given. */
  async start(): Promise<void> {
    await start(this.#workshop);
  }

  /** Compares everything with the machine now, and from now on each check interval. */
  keepUp(): void {
    this.#housekeeping.start();
  }

  /** How the server wants the machine to be kept, from now on. */
  configure(settings: NodeSettings): void {
    this.#parts.store.settings.saveIfChanged('node', settings);
    this.#housekeeping.reconsider();
  }

  /** Work that is in hand already, or older than what is, is ignored. */
  accept(work: Work): void {
    const key = workKey(work);
    switch (work.kind) {
      case 'apply':
        this.#change(work, work.document);
        break;
      case 'remove':
        this.#change(work, work);
        break;
      case 'action':
        this.#work.takeInTurn(work.owner, key, async (signal) => this.#act(work, signal));
        break;
      case 'plan':
        this.#work.take(key, async (signal) => {
          void this.#parts.reports.tell(await plan(work, this.#workshop, signal));
        });
        break;
      case 'check':
        this.#work.take(key, () => this.#housekeeping.sweep(work.request));
        break;
      case 'log':
        this.#logs.accept(work);
    }
  }

  /** Nobody needs this work any more. */
  cancel(key: string): void {
    this.#logs.cancel(key);
  }

  /** Keys of the work that is waiting or being done. */
  inHand(): string[] {
    return [...this.#work.keys(), ...this.#logs.inHand()];
  }

  /** What is missing on this node, with the remedy. */
  warnings(): string[] {
    return this.#warnings.list();
  }

  /** Whether work is in hand that comes to an end by itself: following a log does not. */
  isBusy(): boolean {
    return this.#work.keys().length > 0 || this.#logs.isBusy();
  }

  /** Returns when no such work is in hand. */
  async settled(): Promise<void> {
    await Promise.all([this.#work.settled(), this.#logs.settled()]);
  }

  /** Finishes what is in hand, or takes it back when that takes longer than some milliseconds. */
  async stop({ patience }: { patience: number }): Promise<void> {
    this.#housekeeping.stop();
    this.#logs.close();
    await this.#work.stop(patience);
  }

  #change(work: ApplyWork | RemoveWork, { owner, revision }: { owner: OwnerKey; revision: number }): void {
    this.#work.takeLatest({ owner, revision, key: workKey(work) }, async (signal) => {
      const progress = this.#progress.of({ owner, revision });
      const { report, warnings } = await perform(work, this.#workshop, { signal, progress });
      this.#warnings.said(owner, warnings, report.outcome);
      this.#parts.reports.keep(report);
      this.#housekeeping.noteChanged(owner);
    });
  }

  async #act(work: ActionWork, signal: AbortSignal): Promise<void> {
    const progress = this.#progress.of({ owner: work.owner, operation: work.operation });
    this.#parts.reports.keep(await act(work, this.#workshop, { signal, progress }));
  }
}
