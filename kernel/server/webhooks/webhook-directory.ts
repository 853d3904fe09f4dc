import type { Notifications } from '../store/notifications.ts';
import type { Store } from '../store/store.ts';

/** Knows which types of events somebody wants to be told of, so that the others cost nothing. */
export class WebhookDirectory {
  readonly #store: Store;
  #wanted: ReadonlySet<string> | undefined;
  #loading: Promise<void> | undefined;

  constructor({ store, notifications }: { store: Store; notifications: Notifications }) {
    this.#store = store;
    notifications.on('freehold_webhook', () => {
      this.#wanted = undefined;
      this.#loading = undefined;
      void this.load();
    });
  }

  /**
   * Whether any webhook may want an event of the type. Which ones do, the job finds out. Until it is known the answer is yes: whoever
   * asks is in a transaction, and would hold a connection while waiting for another one.
   */
  wants(type: string): boolean {
    if (!this.#wanted) void this.load();
    return !this.#wanted || this.#wanted.has(type) || this.#wanted.has(ALL);
  }

  /** Makes sure that it is known, or will be. */
  load(): Promise<void> {
    this.#loading ??= this.#ask();
    return this.#loading;
  }

  #ask(): Promise<void> {
    const mine: Promise<void> = this.#store.pool
      .query<{ type: string }>(
        `select distinct type from kernel.webhook,
           unnest(case when cardinality(types) = 0 then array['${ALL}'] else types end) as type where active`,
      )
      .then(
        ({ rows }) => {
          // What changed meanwhile is loaded by the next who asks.
          if (this.#loading === mine) this.#wanted = new Set(rows.map(({ type }) => type));
        },
        () => {
          if (this.#loading === mine) this.#loading = undefined;
        },
      );
    return mine;
  }
}

const ALL = '*';
