import type { NodeInput, Observed } from './node.ts';
import type { Problem } from './problem.ts';
import type { Resource } from './resource.ts';
import type { Static, TSchema } from './schema.ts';

/**
 * The contract of a contributed resource type: a token that the plugins which use the type and the plugin
 * which lowers it both import. It holds no code of the driver.
 */
export interface ResourceType<
  Type extends string = string,
  Schema extends TSchema = TSchema,
  Output extends string = string,
> {
  readonly $$type: 'freehold/resource-type';
  /** `http.route`: two or more words joined by dots. */
  readonly type: Type;
  /** Version of this contract, a whole number. It grows when a spec or an output that was right no longer is. */
  readonly version: number;
  readonly spec: Schema;
  /** Names of the outputs, with a sentence each. */
  readonly outputs: Readonly<Record<Output, string>>;
  /** Makes a resource of this type. `id` is unique among those of this type in one app or node role. */
  resource(id: string, spec: Static<Schema>): ContributedResource<Type, Static<Schema>, Output>;
}

/** A resource of a contributed type. `Output` names what its driver will say of it. */
export interface ContributedResource<Type extends string = string, Spec = unknown, Output extends string = string>
  extends Resource<Type, Spec> {
  /** Only for the compiler: never set. */
  readonly outputs?: Output;
}

/** Declares a contributed resource type. Publish the value in the plugin's `contract.ts`. */
export function defineResourceType<
  const Type extends string,
  Schema extends TSchema,
  const Output extends string = never,
>(definition: {
  type: Type;
  version: number;
  spec: Schema;
  outputs?: Readonly<Record<Output, string>>;
}): ResourceType<Type, Schema, Output> {
  const { type, version, spec, outputs = {} as Readonly<Record<Output, string>> } = definition;
  return {
    $$type: 'freehold/resource-type',
    type,
    version,
    spec,
    outputs,
    resource: (id, value) => ({ type, id, spec: value }),
  };
}

/**
 * Stands for an output of a resource until its driver has said it: the socket of a pool, the name of a
 * database. Use it in the spec of another resource of the same owner. Outputs are made of the characters
 * `A-Z a-z 0-9 . _ : / @ + -` only, which are harmless in every configuration syntax.
 */
export function output<Output extends string>(
  resource: ContributedResource<string, unknown, Output>,
  name: NoInfer<Output>,
): string {
  return `freehold-output(${resource.type}:${resource.id}:${name})`;
}

/** Who a resource is for, as its driver sees it. */
export interface OwnerInput {
  readonly kind: 'app' | 'role';
  /** Id of the app, or of the plugin whose node role it is. Safe in file names, `[a-z0-9_-]{1,40}`. */
  readonly id: string;
  /** The unix user of the app; of a role, the user of the agent. */
  readonly user: string;
  readonly group: string;
  /** The app's own folder; of a role, the node's configuration folder. */
  readonly home: string;
}

/** What a driver knows when it lowers one resource. All of it is frozen JSON. */
export interface DriverInput<Spec, Config = unknown> {
  /** The id of the resource, unique for its type within the owner. */
  readonly id: string;
  readonly spec: Spec;
  readonly owner: OwnerInput;
  readonly node: NodeInput;
  /** The driver's plugin's configuration on this node. */
  readonly config: Config;
  /** What the node reported of the driver's plugin's node role. */
  readonly role: Observed;
  /** What the node reported of this owner. */
  readonly observed: Observed;
  /** A placeholder for a secret of the owner: see {@link SecretSource}. */
  readonly secret: SecretSource;
}

/**
 * Gives a placeholder for a secret that the kernel makes, keeps encrypted, and gives again for the same name: letters
 * and digits, 32 unless told. The value takes the placeholder's place on the node only, in files with `secret: true`
 * and in the environment of commands, services and timers.
 */
export type SecretSource = (name: string, options?: { length?: number }) => string;

/** Lowers one contributed resource type on the nodes where its plugin is enabled. Every function is pure. */
export interface Driver<Schema extends TSchema = TSchema, Output extends string = string, Config = unknown> {
  readonly $$type: 'freehold/driver';
  readonly resourceType: ResourceType<string, Schema, Output>;
  /** What of a spec this node cannot do. Asked before a change is accepted; pointers are relative to the spec. */
  check?(input: DriverInput<Static<Schema>, Config>): readonly Problem[];
  /** The values of the outputs. */
  outputs?(input: DriverInput<Static<Schema>, Config>): Readonly<Record<Output, string>>;
  /** The resources that make it true: primitives, or resources of other contributed types. */
  lower(input: DriverInput<Static<Schema>, Config>): readonly Resource[];
}

/** Implements a resource type. The plugin's manifest names the type and its version. */
export function defineDriver<Schema extends TSchema, Output extends string, Config = unknown>(
  resourceType: ResourceType<string, Schema, Output>,
  implementation: Omit<Driver<Schema, Output, Config>, '$$type' | 'resourceType'>,
): Driver<Schema, Output, Config> {
  return { $$type: 'freehold/driver', resourceType, ...implementation };
}
