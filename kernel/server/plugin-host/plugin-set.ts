import type { Permission } from '@freehold/sdk';
import type { LoadedAppType, LoadedDriver, LoadedFeature, LoadedJob, LoadedLimit, LoadedRole } from './plugin-host.ts';

/** All that running plugins contribute, by name. Built once and never changed: a new one takes its place. */
export class PluginSet {
  readonly appTypes: readonly LoadedAppType[];
  readonly jobs: readonly LoadedJob[];
  readonly limits: readonly LoadedLimit[];
  readonly features: readonly LoadedFeature[];
  readonly permissions: readonly Permission[];
  readonly #appTypes: ReadonlyMap<string, LoadedAppType>;
  readonly #drivers: ReadonlyMap<string, LoadedDriver>;
  readonly #roles: ReadonlyMap<string, LoadedRole>;

  constructor(parts: {
    appTypes: readonly LoadedAppType[];
    drivers: readonly LoadedDriver[];
    roles: readonly LoadedRole[];
    jobs: readonly LoadedJob[];
    limits: readonly LoadedLimit[];
    features: readonly LoadedFeature[];
    permissions: readonly Permission[];
  }) {
    this.appTypes = parts.appTypes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    this.jobs = parts.jobs;
    this.limits = parts.limits.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    this.features = parts.features.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    this.permissions = parts.permissions.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    this.#appTypes = new Map(parts.appTypes.map((appType) => [appType.id, appType]));
    this.#drivers = new Map(parts.drivers.map((driver) => [driver.type, driver]));
    this.#roles = new Map(parts.roles.map((role) => [role.plugin.id, role]));
  }

  findAppType(id: string): LoadedAppType | undefined {
    return this.#appTypes.get(id);
  }

  findDriver(resourceType: string): LoadedDriver | undefined {
    return this.#drivers.get(resourceType);
  }

  findRole(plugin: string): LoadedRole | undefined {
    return this.#roles.get(plugin);
  }
}
