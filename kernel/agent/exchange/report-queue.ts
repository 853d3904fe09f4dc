import type { Report } from '@freehold/sdk/protocol';
import type { Reports } from '../engine/engine-parts.ts';
import type { StateStore } from '../store/state-store.ts';

/** Reports that go with one request. */
export interface Parcel {
  readonly reports: readonly Report[];
  /** The server has them. */
  accepted(): void;
}

interface Told {
  readonly report: Report;
  readonly accepted: () => void;
}

const MOST = 100;
/** More than this and the oldest progress is not worth telling any more. */
const MOST_TOLD = 2000;

/** Reports on their way: those that must not be lost in the store, the others in memory. */
export class ReportQueue implements Reports {
  readonly #store: StateStore;
  #told: Told[] = [];
  #wake: () => void = () => undefined;
  readonly #afterDelivery: (() => void)[] = [];

  constructor(store: StateStore) {
    this.#store = store;
  }

  keep(report: Report): void {
    this.#store.outbox.add(report);
    this.#wake();
  }

  tell(report: Report): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#told.push({ report, accepted: resolve });
    if (this.#told.length > MOST_TOLD) this.#dropProgress();
    this.#wake();
    return promise;
  }

  /** What is to be sent next; undefined when there is nothing. */
  next(): Parcel | undefined {
    const kept = this.#store.outbox.list(MOST);
    const told = this.#told.slice(0, MOST);
    if (kept.length + told.length === 0) return undefined;
    return {
      reports: [...kept, ...told].map(({ report }) => report),
      accepted: () => {
        this.#store.transaction(() => this.#store.outbox.delete(kept.map(({ id }) => id)));
        this.#told = this.#told.filter((entry) => !told.includes(entry));
        for (const { accepted } of told) accepted();
        for (const resolve of this.#afterDelivery.splice(0)) resolve();
      },
    };
  }

  /** Returns when there is something to send. */
  async awaitNews(signal: AbortSignal): Promise<void> {
    if (this.next() || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Returns when the server has everything. */
  async delivered(): Promise<void> {
    while (this.next()) await new Promise<void>((resolve) => this.#afterDelivery.push(resolve));
  }

  /** Keys of work that is done and that the server does not know of yet: it must not send it again. */
  unreported(): string[] {
    return this.#store.outbox.list(10_000).flatMap(({ report }) => keyOf(report) ?? []);
  }

  #dropProgress(): void {
    this.#told = this.#told.filter(({ report, accepted }) => {
      if (report.kind !== 'progress') return true;
      accepted();
      return false;
    });
  }
}

function keyOf(report: Report): string | undefined {
  if (report.kind === 'applied') return `${report.owner}@${report.revision}`;
  return report.kind === 'acted' ? `action:${report.operation}` : undefined;
}
