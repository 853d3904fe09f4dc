import type {
  AppCategory,
  AppInput,
  Capabilities,
  CommandSpec,
  DriverInput,
  Feature,
  Hook,
  Limit,
  Link,
  MeterInput,
  Permission,
  Problem,
  Resource,
  RoleInput,
  Static,
  TSchema,
  Use,
  UsesInput,
  Verdict,
} from '@freehold/sdk';

/**
 * Where plugins live in the server. Everything that crosses this boundary is frozen JSON and asynchronous, so that a
 * plugin may run in this process or in another one without anybody noticing.
 */
export interface PluginHost {
  /** Finds, checks, imports and sets up all plugins. Never throws because of a plugin: see {@link PluginStatus}. */
  load(): Promise<void>;
  /** Every plugin that was found, running or not, ordered by id. */
  list(): readonly PluginStatus[];
  appTypes(): readonly LoadedAppType[];
  findAppType(id: string): LoadedAppType | undefined;
  /** The driver of a contributed resource type. */
  findDriver(resourceType: string): LoadedDriver | undefined;
  /** The node role of a plugin; undefined when it has none or does not run. */
  findRole(plugin: string): LoadedRole | undefined;
  /** What packages can give an amount of because of running plugins. */
  limits(): readonly LoadedLimit[];
  /** What packages can include because of running plugins. */
  features(): readonly LoadedFeature[];
  /** What can be allowed to people because of running plugins. */
  permissions(): readonly Permission[];
  /** Scheduled jobs of all running plugins. */
  jobs(): readonly LoadedJob[];
  readonly hooks: HookRunner;
  /** Takes a plugin out of quarantine and starts it again. */
  reset(plugin: string): Promise<PluginStatus>;
  /** Accepts the capabilities its manifest asks for and starts it. */
  approve(plugin: string): Promise<PluginStatus>;
  close(): Promise<void>;
}

export type PluginState =
  | 'discovered'
  | 'validated'
  | 'resolved'
  | 'loaded'
  | 'set-up'
  | 'running'
  | 'blocked'
  | 'failed'
  | 'quarantined'
  | 'needs-approval';

export interface PluginProblem {
  /** Stable, for programs: `manifest-invalid`, `engine-mismatch`, `resource-missing`, `setup-failed` … */
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

export interface PluginStatus {
  /** From the manifest; the folder's name when the manifest cannot be read. */
  readonly id: string;
  readonly displayName: string;
  readonly description?: string;
  readonly version: string;
  readonly folder: string;
  /** Another one may compute something else from the same, whatever the version says. Empty when it cannot be read. */
  readonly digest: string;
  readonly state: PluginState;
  /** Why it is in that state, in one sentence a hoster understands; empty when it runs. */
  readonly reason: string;
  readonly problems: readonly PluginProblem[];
  readonly capabilities: Capabilities;
  readonly contributes: {
    readonly appTypes: readonly string[];
    readonly limits: readonly string[];
    readonly features: readonly string[];
    readonly permissions: readonly string[];
    readonly resourceTypes: Readonly<Record<string, number>>;
    readonly taps: Readonly<Record<string, number>>;
    readonly jobs: readonly string[];
    readonly role: boolean;
  };
  /** Schema of what the hoster can set; absent before the plugin is loaded and when there is nothing to set. */
  readonly config?: TSchema;
  readonly taps: readonly TapStatus[];
}

export interface TapStatus {
  readonly hook: string;
  readonly calls: number;
  readonly failures: number;
  /** Milliseconds. */
  readonly p95: number;
  readonly breaker: 'closed' | 'open' | 'half-open';
}

export interface PluginRef {
  readonly id: string;
  readonly version: string;
  readonly capabilities: Capabilities;
}

export interface LoadedAppType {
  readonly plugin: PluginRef;
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly category: AppCategory;
  readonly specVersion: number;
  readonly spec: TSchema;
  readonly files?: { readonly maxBytes: number; readonly maxEntries: number; readonly keep: number };
  readonly actions: readonly LoadedAction[];
  /** Plugins whose drivers an app of this type needs, its own included, by what the manifest requires. */
  readonly requires: readonly string[];
  /** Fills in defaults and gives every problem with the schema; the spec it gives is a new object. */
  validateSpec(spec: unknown): { readonly spec: Record<string, unknown>; readonly problems: readonly SpecProblem[] };
  check(input: AppInput<unknown>): Promise<readonly Problem[]>;
  resources(input: AppInput<unknown>): Promise<readonly Resource[]>;
  links(input: AppInput<unknown>): Promise<readonly Link[]>;
  /** What an app takes of its tenant's entitlement, besides what the kernel counts. */
  uses(input: UsesInput<unknown>): Promise<readonly Use[]>;
  /** Ids of the limits that it measures itself. */
  readonly meters: readonly string[];
  measure(meter: string, input: MeterInput<unknown>): Promise<number>;
  commands(
    action: string,
    input: AppInput<unknown> & { input: unknown },
  ): Promise<readonly Static<typeof CommandSpec>[]>;
  /** Brings a spec of an older version to the current one. */
  migrateSpec(spec: unknown, from: number): Promise<unknown>;
}

/** A problem that a schema found. */
export interface SpecProblem extends Problem {
  /** The keyword of JSON Schema: `pattern`, `required`, `additionalProperties` … */
  readonly rule: string;
  readonly value?: unknown;
}

export interface LoadedAction {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly warning?: string;
  /** Id of the plugin's permission that it takes instead of the kernel's. */
  readonly permission?: string;
  readonly input?: TSchema;
  validateInput(input: unknown): { readonly input: unknown; readonly problems: readonly SpecProblem[] };
}

export interface LoadedLimit extends Omit<Limit, '$$type'> {
  readonly plugin: string;
  /** Problems of an amount that a package would give. */
  validate(amount: unknown): readonly SpecProblem[];
}

export interface LoadedFeature extends Omit<Feature, '$$type'> {
  readonly plugin: string;
  /** Problems of what a package would say. */
  validate(value: unknown): readonly SpecProblem[];
}

export interface LoadedDriver {
  readonly plugin: PluginRef;
  readonly type: string;
  readonly version: number;
  validateSpec(spec: unknown): readonly SpecProblem[];
  check(input: DriverInput<unknown>): Promise<readonly Problem[]>;
  outputs(input: DriverInput<unknown>): Promise<Readonly<Record<string, string>>>;
  lower(input: DriverInput<unknown>): Promise<readonly Resource[]>;
}

export interface LoadedRole {
  readonly plugin: PluginRef;
  readonly displayName: string;
  /** Plugins whose drivers the role's resources need. */
  readonly requires: readonly string[];
  validateConfig(config: unknown): {
    readonly config: Record<string, unknown>;
    readonly problems: readonly SpecProblem[];
  };
  resources(input: RoleInput<unknown>): Promise<readonly Resource[]>;
}

export interface LoadedJob {
  readonly plugin: PluginRef;
  readonly id: string;
  readonly schedule: string;
  run(): Promise<void>;
}

/** Asks and tells the taps of a hook, in order, each with its time limit and circuit breaker. */
export interface HookRunner {
  /** The first refusal, with the plugin that gave it; a tap that fails or hangs refuses. */
  gate<Input>(hook: Hook<'gate', Input, unknown>, input: Input): Promise<Verdict & { readonly plugin?: string }>;
  /** `validate` gives the problems of a value; a tap whose value has problems is left out and recorded. */
  filter<Value>(
    hook: Hook<'filter', Value, Value>,
    value: Value,
    validate: (value: Value) => readonly Problem[],
  ): Promise<Value>;
  /** All items, in order; a tap that fails adds none. */
  collect<Input, Item>(
    hook: Hook<'collect', Input, Item>,
    input: Input,
  ): Promise<readonly { plugin: string; item: Item }[]>;
  first<Input, Answer>(hook: Hook<'first', Input, Answer>, input: Input): Promise<Answer | undefined>;
  /** Ids of the plugins that subscribe to an event. */
  subscribers(event: string): readonly string[];
  /** Tells one subscriber. Throws when it fails, so that its job is tried again. */
  deliver(event: string, plugin: string, input: unknown): Promise<void>;
}

/** What the host needs of the store. */
export interface PluginRecords {
  /** Why a plugin is quarantined, or undefined. */
  findQuarantine(plugin: string): Promise<string | undefined>;
  recordQuarantine(plugin: string, reason: string): Promise<void>;
  clearQuarantine(plugin: string): Promise<void>;
  /** What is granted to a plugin on each node where it is enabled. */
  loadGrants(plugin: string): Promise<readonly Capabilities[]>;
  recordGrant(plugin: string, version: string, capabilities: Capabilities): Promise<void>;
  /** The plugin's configuration in this installation, unchecked. */
  loadConfig(plugin: string): Promise<unknown>;
}
