import type { AppType, Driver, Feature, Limit, Permission, Plugin } from '@freehold/sdk';
import type { CompiledSchema } from '../../schema/compile-schema.ts';

/** What a plugin's module exports, after everything about it that can be checked has been. */
export interface CheckedPlugin {
  readonly plugin: Plugin;
  readonly config: CompiledSchema;
  readonly appTypes: readonly CheckedAppType[];
  readonly drivers: readonly CheckedDriver[];
  readonly limits: readonly CheckedLimit[];
  readonly features: readonly CheckedFeature[];
  readonly permissions: readonly Permission[];
}

export interface CheckedLimit {
  readonly limit: Limit;
  /** What a package may give. */
  readonly amount: CompiledSchema;
}

export interface CheckedFeature {
  readonly feature: Feature;
  /** What a package may say. */
  readonly value: CompiledSchema;
}

export interface CheckedAppType {
  readonly appType: AppType;
  readonly spec: CompiledSchema;
  /** By action; of those that take none, a schema that takes nothing. */
  readonly inputs: ReadonlyMap<string, CompiledSchema>;
}

export interface CheckedDriver {
  readonly driver: Driver;
  readonly spec: CompiledSchema;
}
