import type { Notifications } from '../store/notifications.ts';
import type { Store } from '../store/store.ts';

/** Knows which types of events somebody wants to be told of, so that the others cost nothing. */
export class WebhookDirectory {
  readonly #store: Store;
  #wanted: Promise<ReadonlySet<string>> | undefined;

  constructor({ store, notifications }: { store: Store; notifications: Notifications }) {
    this.#store = store;
    notifications.on('freehold_webhook', () => {
      this.#wanted = undefined;
    });
  }

  /** Whether any webhook may want an event of the type. Which ones do, the job finds out. */
  async wants(type: string): Promise<boolean> {
    this.#wanted ??= this.#load().catch((error) => {
      this.#wanted = undefined;
      throw error;
    });
    const wanted = await this.#wanted;
    return wanted.has(type) || wanted.has(ALL);
  }

  async #load(): Promise<ReadonlySet<string>> {
    const { rows } = await this.#store.pool.query<{ type: string }>(
      `select distinct type from kernel.webhook,
         unnest(case when cardinality(types) = 0 then array['${ALL}'] else types end) as type where active`,
    );
    return new Set(rows.map(({ type }) => type));
  }
}

const ALL = '*';
