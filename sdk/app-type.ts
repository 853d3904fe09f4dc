import type { Entitled } from './entitlement.ts';
import type { NodeInput, Observed } from './node.ts';
import type { CommandSpec } from './primitives.ts';
import type { Problem } from './problem.ts';
import type { Resource } from './resource.ts';
import type { SecretSource } from './resource-type.ts';
import type { Static, TObject, TSchema } from './schema.ts';

/** What is known of an app when its resources are computed. */
export interface AppIdentity {
  /** Safe in file names, user names and identifiers: `[a-z0-9_]{1,31}`. */
  readonly id: string;
  /** What the tenant calls it. */
  readonly name: string;
  readonly tenant: string;
  /** The unix user that the app's programs run as. Declare it with `user()`; on an unprivileged node it is the agent's. */
  readonly user: string;
  readonly group: string;
  /** The app's own folder on the node. Its resources stay below it, but for what drivers add. */
  readonly home: string;
  /** Whether it is suspended: its programs do not run, its data stays, its visitors are told. */
  readonly suspended: boolean;
}

/** One set of files that was deployed to an app. */
export interface Release {
  /** 1, 2, 3 … in the order of deployment. */
  readonly number: number;
  readonly sha256: string;
  readonly format: 'tar' | 'tar.gz';
}

/** The deployed files that are kept. */
export interface Releases {
  /** The one that is served; null before the first deployment. */
  readonly current: Release | null;
  /** All that are kept, newest first, the current one among them. */
  readonly kept: readonly Release[];
}

/** Input of an app type's functions. All of it is frozen JSON but `secret`. */
export interface AppInput<Spec> {
  readonly app: AppIdentity;
  readonly spec: Spec;
  readonly node: NodeInput;
  readonly releases: Releases;
  /** What the node reported of this app's resources, primitive or not. */
  readonly observed: Observed;
  /** What the node reported of the resources of this plugin's node role. Empty as long as it has not. */
  readonly role: Observed;
  readonly secret: SecretSource;
}

/**
 * A thing to do with an app beyond its spec. `commands` is pure; the agent runs what it gives in order, stops at the
 * first that fails, and records output and outcome in the operation.
 */
export interface Action<Spec, Input = unknown> {
  title: string;
  description?: string;
  /** What the caller gives. Left out: nothing. */
  input?: TSchema;
  /** Id of the permission of this plugin that it takes, instead of the kernel's to run actions. */
  permission?: string;
  /** Shown as a warning before it runs, where it loses something or interrupts visitors. */
  warning?: string;
  commands(input: AppInput<Spec> & { readonly input: Input }): readonly Static<typeof CommandSpec>[];
}

/** An address that belongs to an app. */
export interface Link {
  readonly title: string;
  /** Absolute. */
  readonly url: string;
}

/** The part of the catalogue in which an app type is shown. */
export type AppCategory = 'web' | 'mail' | 'database' | 'other';

/** An application type: a pure function from what the tenant wants to what must exist on a node. */
export interface AppType<Schema extends TObject = TObject> extends Entitled<Schema> {
  readonly $$type: 'freehold/app-type';
  /** `php-site`, unique in the installation. */
  readonly id: string;
  readonly title: string;
  /** One or two sentences for the catalogue. */
  readonly description: string;
  readonly category: AppCategory;
  /** Version of the spec schema, from 1. */
  readonly specVersion: number;
  readonly spec: Schema;
  /** Present when files can be deployed to apps of this type. */
  readonly files?: {
    /** Bytes of the unpacked files together. */
    readonly maxBytes: number;
    /** Number of files and folders. */
    readonly maxEntries: number;
    /** Releases that are kept for a rollback, the current one included. */
    readonly keep: number;
  };
  /** What is wrong with a spec beyond its schema. Pointers are relative to the spec. */
  check?(input: AppInput<Static<Schema>>): readonly Problem[];
  /**
   * What must exist. Pure: the same input gives the same list, and nothing else is read. The order is the order of
   * creation; removal is in reverse.
   */
  resources(input: AppInput<Static<Schema>>): readonly Resource[];
  /** Where people find it: the addresses of the site. Pure. */
  links?(input: AppInput<Static<Schema>>): readonly Link[];
  readonly actions?: Readonly<Record<string, Action<Static<Schema>>>>;
  /** Each entry brings a spec of that version to the next one: `{ 1: (old) => new }` for `specVersion` 2. */
  readonly migrateSpec?: Readonly<Record<number, (old: unknown) => unknown>>;
}

/** Declares an application type. The plugin's manifest names it. */
export function defineAppType<Schema extends TObject>(definition: Omit<AppType<Schema>, '$$type'>): AppType<Schema> {
  return { $$type: 'freehold/app-type', ...definition };
}

/** Declares an action of an app type, with its input's type taken from the schema. */
export function defineAction<Spec, Schema extends TSchema>(
  definition: Omit<Action<Spec, Static<Schema>>, 'input'> & { input: Schema },
): Action<Spec> {
  return definition as Action<Spec>;
}
