import type { Capabilities } from '@freehold/sdk';
import type { PluginRecords } from './plugin-host.ts';

/** Keeps the records of plugins in memory. For tests. */
export class MemoryRecords implements PluginRecords {
  readonly quarantines = new Map<string, string>();
  /** By plugin: one entry for each node where it is enabled. */
  readonly grants = new Map<string, Capabilities[]>();
  readonly configs = new Map<string, unknown>();

  async findQuarantine(plugin: string): Promise<string | undefined> {
    return this.quarantines.get(plugin);
  }

  async recordQuarantine(plugin: string, reason: string): Promise<void> {
    this.quarantines.set(plugin, reason);
  }

  async clearQuarantine(plugin: string): Promise<void> {
    this.quarantines.delete(plugin);
  }

  async loadGrants(plugin: string): Promise<readonly Capabilities[]> {
    return this.grants.get(plugin) ?? [];
  }

  async recordGrant(plugin: string, _version: string, capabilities: Capabilities): Promise<void> {
    this.grants.set(
      plugin,
      (this.grants.get(plugin) ?? []).map(() => capabilities),
    );
  }

  async loadConfig(plugin: string): Promise<unknown> {
    return this.configs.get(plugin);
  }
}
