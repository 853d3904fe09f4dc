import { Setting } from '../store/entities/index.ts';
import { type Notifications, notify } from '../store/notifications.ts';
import type { Store, Transaction } from '../store/store.ts';
import { type SettingKey, type Settings, settingDefaults, settingGroups } from './setting.schema.ts';

export type { SettingKey, Settings } from './setting.schema.ts';

/** What a change may say: null is the default again; of a group the members that are given. */
export type SettingChange = {
  readonly [Key in SettingKey]?: Settings[Key] | Partial<Settings[Key]> | null;
};

/** What holds for the whole installation. */
export class SettingService {
  readonly #store: Store;
  #known: Promise<Settings> | undefined;
  #value: Settings | undefined;
  /** Grows when what is known may have changed, also while it is being read. */
  #version = 0;

  constructor({ store, notifications }: { store: Store; notifications: Notifications }) {
    this.#store = store;
    notifications.on('freehold_setting', () => {
      this.#version += 1;
      this.#known = undefined;
      this.#value = undefined;
    });
  }

  /** As they are in this moment. */
  async load(reader: Transaction = this.#store.reader()): Promise<Settings> {
    const found = await reader.find(Setting, {});
    return complete(Object.fromEntries(found.map(({ key, value }) => [key, value])));
  }

  /** As they were when they were last changed, without asking the database: for what every request needs. */
  known(): Promise<Settings> {
    this.#known ??= this.#learn();
    return this.#known;
  }

  /**
   * The same in a transaction, which must never wait for another connection than its own: when transactions hold all connections that
   * there are, none of them would ever go on.
   */
  async knownIn(tx: Transaction): Promise<Settings> {
    return this.#value ?? this.load(tx);
  }

  /** Every server knows it the moment the transaction commits. */
  async record(tx: Transaction, change: SettingChange): Promise<void> {
    const before: Settings = await this.load(tx);
    for (const [key, value] of Object.entries(change)) {
      if (value === null || value === undefined) await tx.nativeDelete(Setting, { key });
      else await tx.upsert(Setting, { key, value: isGroup(key) ? merge(before[key], value as object) : value });
    }
    await notify(tx, 'freehold_setting', '');
  }

  async #learn(): Promise<Settings> {
    const version = this.#version;
    try {
      const settings = await this.load();
      if (version === this.#version) this.#value = settings;
      return settings;
    } catch (error) {
      if (version === this.#version) this.#known = undefined;
      throw error;
    }
  }
}

/** What is stored over what is so by default; unknown keys belong to somebody else. */
function complete(stored: Readonly<Record<string, unknown>>): Settings {
  const entries = Object.entries(settingDefaults).map(([key, value]) => {
    if (!Object.hasOwn(stored, key)) return [key, value];
    return [key, isGroup(key) ? { ...(value as object), ...(stored[key] as object) } : stored[key]];
  });
  return Object.fromEntries(entries);
}

function merge(before: object, change: object): object {
  return { ...before, ...change };
}

function isGroup(key: string): key is (typeof settingGroups)[number] {
  return (settingGroups as readonly string[]).includes(key);
}
