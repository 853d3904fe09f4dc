import { Setting } from '../store/entities/index.ts';
import type { Store, Transaction } from '../store/store.ts';

/** What holds for the whole installation. */
export interface Settings {
  /** Seconds that a removed app stays in the trash. */
  readonly retention: number;
  /** Address under which people reach the API and the panel; null: as they wrote it. */
  readonly publicUrl: string | null;
}

const defaults: Settings = { retention: 30 * 24 * 3_600, publicUrl: null };

export class SettingService {
  readonly #store: Store;

  constructor(needs: { store: Store }) {
    this.#store = needs.store;
  }

  async load(reader: Transaction = this.#store.reader()): Promise<Settings> {
    const found = await reader.find(Setting, {});
    return { ...defaults, ...Object.fromEntries(found.map(({ key, value }) => [key, value])) };
  }

  /** What is null is as it is by default. */
  async record(tx: Transaction, settings: Partial<Settings>): Promise<void> {
    for (const [key, value] of Object.entries(settings))
      if (value === null) await tx.nativeDelete(Setting, { key });
      else await tx.upsert(Setting, { key, value });
  }
}
