import type { Capabilities } from '@freehold/sdk';
import type { PluginRecords } from '../plugin-host/plugin-host.ts';
import { NodePlugin, PluginRecord } from '../store/entities/index.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';

/** What the plugin host keeps in the database. */
export class StoredPluginRecords implements PluginRecords {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(needs: { store: Store; clock: Clock }) {
    this.#store = needs.store;
    this.#clock = needs.clock;
  }

  async findQuarantine(plugin: string): Promise<string | undefined> {
    return (await this.#find(plugin))?.quarantine ?? undefined;
  }

  async recordQuarantine(plugin: string, reason: string): Promise<void> {
    await this.#store.reader().execute(
      `insert into kernel.plugin (id, quarantine, quarantined_at) values (?, ?, ?)
       on conflict (id) do update set quarantine = excluded.quarantine, quarantined_at = excluded.quarantined_at`,
      [plugin, reason, this.#clock.now()],
    );
  }

  async clearQuarantine(plugin: string): Promise<void> {
    await this.#store.reader().nativeUpdate(PluginRecord, { id: plugin }, { quarantine: null, quarantinedAt: null });
  }

  async loadGrants(plugin: string): Promise<readonly Capabilities[]> {
    const enabled = await this.#store.reader().find(NodePlugin, { plugin });
    return enabled.map(({ capabilities }) => capabilities);
  }

  async recordGrant(plugin: string, version: string, capabilities: Capabilities): Promise<void> {
    await this.#store.reader().nativeUpdate(NodePlugin, { plugin }, { version, capabilities });
  }

  async loadConfig(plugin: string): Promise<unknown> {
    return (await this.#find(plugin))?.config ?? {};
  }

  #find(plugin: string): Promise<PluginRecord | null> {
    return this.#store.reader().findOne(PluginRecord, { id: plugin });
  }
}
