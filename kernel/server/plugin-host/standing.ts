import type { FoundPlugin } from './discovery/found-plugin.ts';
import type { PluginProblem, PluginRecords } from './plugin-host.ts';
import { pluginProblem } from './plugin-problem.ts';
import { findUngranted } from './resolution/find-ungranted.ts';

/** What the installation has decided about plugins: which are quarantined, and which may not have what they ask for. */
export class Standing {
  readonly #records: PluginRecords;
  readonly #quarantines = new Map<string, string>();
  readonly #ungranted = new Map<string, readonly string[]>();

  constructor(records: PluginRecords) {
    this.#records = records;
  }

  async load(plugins: readonly FoundPlugin[]): Promise<void> {
    await Promise.all(plugins.map((plugin) => this.#loadOne(plugin)));
  }

  problemsOf({ id }: FoundPlugin): PluginProblem[] {
    const quarantine = this.#quarantines.get(id);
    const ungranted = this.#ungranted.get(id) ?? [];
    return [
      ...(quarantine === undefined ? [] : [pluginProblem('quarantined', quarantine)]),
      ...(ungranted.length === 0
        ? []
        : [pluginProblem('needs-approval', `It asks for more than it was given: ${ungranted.join(', ')}.`)]),
    ];
  }

  /** Holds from now on, also when it cannot be recorded. */
  async quarantine(plugin: string, reason: string): Promise<void> {
    this.#quarantines.set(plugin, reason);
    await this.#records.recordQuarantine(plugin, reason);
  }

  async release(plugin: string): Promise<void> {
    await this.#records.clearQuarantine(plugin);
    this.#quarantines.delete(plugin);
  }

  async grant(plugin: FoundPlugin): Promise<void> {
    const { id, version, manifest } = plugin;
    await this.#records.recordGrant(id, version, manifest?.capabilities ?? {});
    await this.#loadOne(plugin);
  }

  async #loadOne({ id, manifest }: FoundPlugin): Promise<void> {
    if (!manifest) return;
    const [quarantine, grants] = await Promise.all([this.#records.findQuarantine(id), this.#records.loadGrants(id)]);
    if (quarantine !== undefined) this.#quarantines.set(id, quarantine);
    const ungranted = grants.flatMap((grant) => findUngranted(manifest.capabilities ?? {}, grant));
    this.#ungranted.set(id, [...new Set(ungranted)]);
  }
}
