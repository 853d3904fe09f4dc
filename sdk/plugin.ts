import type { AppType } from './app-type.ts';
import type { Feature, Limit } from './entitlement.ts';
import type { CallContext, Hook, HookKind, TapHandler } from './hook.ts';
import type { NodeInput, Observed } from './node.ts';
import type { Permission } from './permission.ts';
import type { Resource } from './resource.ts';
import type { Driver, SecretSource } from './resource-type.ts';
import type { Static, TObject } from './schema.ts';

/** What is known when the resources are computed that the node itself needs for a plugin. All of it is frozen JSON but `secret`. */
export interface RoleInput<Config = unknown> {
  readonly node: NodeInput;
  /** The plugin's configuration on this node. */
  readonly config: Config;
  /** What the node reported of this role. */
  readonly observed: Observed;
  readonly secret: SecretSource;
}

/** When a tap runs, relative to others: bands in this order, then `after`, then by plugin id. */
export type TapBand = 'first' | 'validate' | 'normal' | 'late' | 'observe';

/** How a tap is called. All members are optional. */
export interface TapOptions {
  /** Default `normal`. */
  band?: TapBand;
  /** Ids of plugins whose taps of this hook run before this one. Absent plugins are ignored. */
  after?: readonly string[];
  /** Milliseconds until it counts as failed. Default 5000, at most 30000. */
  timeout?: number;
}

/** A job that a plugin runs on a schedule. */
export interface Job {
  /** Unique in the plugin. */
  id: string;
  /** Five cron fields, UTC. */
  schedule: string;
  /** Milliseconds until it counts as failed. Default 60000. */
  timeout?: number;
}

/** What a plugin can declare in `setup`. */
export interface SetupContext<Config = unknown> {
  readonly plugin: { readonly id: string; readonly version: string };
  /** Steps into a hook of any kind but `event`. The manifest's `contributes.taps` names the hook. */
  tap<Kind extends Exclude<HookKind, 'event'>, Input, Output>(
    hook: Hook<Kind, Input, Output>,
    handler: TapHandler<Kind, Input, Output>,
    options?: TapOptions,
  ): void;
  /** Subscribes to an event. The manifest's `contributes.taps` names it. Told at least once, after commit. */
  on<Input>(event: Hook<'event', Input, unknown>, handler: TapHandler<'event', Input, unknown>): void;
  /** Runs a handler on a schedule, on one server of the installation. The manifest's `contributes.jobs` names it. */
  job(job: Job, handler: (context: CallContext<Config>) => Promise<void>): void;
}

/** A plugin's module exports one value, its default: this. */
export interface Plugin<Schema extends TObject = TObject> {
  readonly $$type: 'freehold/plugin';
  /** What the hoster can set, per installation and per node. Every field has a default. */
  readonly config?: Schema;
  /** What the machine itself needs where this plugin is enabled: packages, main configuration, services. Pure. */
  role?(input: RoleInput<Static<Schema>>): readonly Resource[];
  readonly resourceTypes?: readonly Driver[];
  readonly appTypes?: readonly AppType[];
  /** What packages can give an amount of, besides what the kernel knows. */
  readonly limits?: readonly Limit[];
  /** What packages can include, besides what the kernel knows. */
  readonly features?: readonly Feature[];
  /** What can be allowed to people, besides what the kernel knows. */
  readonly permissions?: readonly Permission[];
  /** Declares everything that is not pure. Synchronous. */
  setup?(context: SetupContext<Static<Schema>>): void;
}

/** Declares a plugin. */
export function definePlugin<Schema extends TObject = TObject<Record<never, never>>>(
  definition: Omit<Plugin<Schema>, '$$type'>,
): Plugin<Schema> {
  return { $$type: 'freehold/plugin', ...definition };
}
