import { Fields, Line, LocalId, type Static, type TSchema, Type } from './schema.ts';

/** The format of the manifest that this SDK describes. A kernel refuses a format it does not know. */
export const MANIFEST_FORMAT = 1;

/** Version of the SDK contract. A manifest's `engine` is a range over it. */
export const ENGINE_VERSION = '1.0.0';

const PathPattern = Type.String({
  title: 'Path pattern',
  description:
    'Starts with {sites}, {config}, {run}, {logs}, {state} or /. * is part of a segment, ** any number of segments.',
  maxLength: 255,
  pattern: '^(?!.*/\\.{0,2}(?:/|$))(?:\\{(?:sites|config|run|logs|state)\\}(?=/|$)|/)[A-Za-z0-9._@+*/-]*$',
});
const NamePattern = Type.String({
  description: 'Letters, digits and @ . _ + -, in which * stands for any part of the name.',
  maxLength: 128,
  pattern: '^[A-Za-z0-9@._+*-]+$',
});
const CommandPattern = Type.String({
  description:
    'The name of a program or its absolute path: letters, digits and @ . _ + -. * stands for part of a segment.',
  maxLength: 255,
  pattern: '^(?!(?:.*/)?\\.{1,2}(?:/|$))/?[A-Za-z0-9@._+*-]+(?:/[A-Za-z0-9@._+*-]+)*$',
});
const ResourceTypeName = '^[a-z][a-z0-9]*(?:\\.[a-z][a-z0-9]*)+$';
const ContractVersion = Type.Integer({ minimum: 1 });
/** A plugin's id becomes part of file names and unit names: see `OwnerInput.id`. */
const PluginId = '^[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?$';

/**
 * What a plugin's resources may touch on a node. The server checks it before a resource is sent, the agent checks again
 * before it acts. A plugin may always create the unix user of its own app.
 */
export const Capabilities = Fields({
  /** Of files, folders, links, archives, keys, logs and datasets. Below `{sites}` an app reaches only its own folder. */
  paths: Type.Optional(Type.Array(PathPattern, { maxItems: 64 })),
  /** Programs of commands, timers, services and datasets: a name, or an absolute path. */
  commands: Type.Optional(Type.Array(CommandPattern, { maxItems: 64 })),
  services: Type.Optional(Type.Array(NamePattern, { maxItems: 64 })),
  packages: Type.Optional(Type.Array(NamePattern, { maxItems: 256 })),
  /** Unix users and groups, besides an app's own, that the plugin makes or lets own things. */
  users: Type.Optional(Type.Array(NamePattern, { maxItems: 64 })),
});
export type Capabilities = Static<typeof Capabilities>;

/** The `freehold` block of a plugin's `package.json`: all that can be known of it without running it. */
export const Manifest = Fields({
  manifest: Type.Literal(MANIFEST_FORMAT),
  /** Unique in the installation: a letter, then letters, digits and hyphens, at most 40 in all. */
  id: Type.String({
    title: 'Plugin id',
    description: '1 to 40 lower-case letters, digits and hyphens, with a letter first and no hyphen at the end.',
    pattern: PluginId,
  }),
  displayName: Line({ maxLength: 60 }),
  description: Type.Optional(Line({ maxLength: 300 })),
  /** A semver range over {@link ENGINE_VERSION} that ends somewhere: `^1.0.0`. */
  engine: Type.String({ maxLength: 100 }),
  requires: Type.Optional(
    Fields({
      /** Contributed resource types that its app types and drivers use, each with the contract version. */
      resources: Type.Optional(named(ResourceTypeName, ContractVersion)),
      /** Plugins it needs by name, with a semver range. */
      plugins: Type.Optional(named(PluginId, Type.String({ maxLength: 100 }))),
    }),
  ),
  contributes: Type.Optional(
    Fields({
      appTypes: Type.Optional(Type.Array(LocalId(), { uniqueItems: true, maxItems: 64 })),
      /** Ids of limits and features that packages can give, each with the plugin's id and a dot before it. */
      limits: Type.Optional(Type.Array(LocalId(), { uniqueItems: true, maxItems: 64 })),
      features: Type.Optional(Type.Array(LocalId(), { uniqueItems: true, maxItems: 64 })),
      /** Ids of the permissions that it adds, each with the plugin's id and a dot before it. */
      permissions: Type.Optional(Type.Array(LocalId(), { uniqueItems: true, maxItems: 64 })),
      /** Types that it drives, each with the contract version. */
      resourceTypes: Type.Optional(named(ResourceTypeName, ContractVersion)),
      /** Hooks and events that it taps, each with the contract version. */
      taps: Type.Optional(named('^[a-z][A-Za-z0-9-]*(?:\\.[a-z][A-Za-z0-9-]*)+$', ContractVersion)),
      jobs: Type.Optional(Type.Array(LocalId(), { uniqueItems: true, maxItems: 64 })),
      /** Whether nodes need something of their own for it. */
      role: Type.Optional(Type.Boolean()),
    }),
  ),
  capabilities: Type.Optional(Capabilities),
});
export type Manifest = Static<typeof Manifest>;

/** Values by names of one form. Without the last option, names of any other form would pass with any value. */
function named<Value extends TSchema>(pattern: string, value: Value) {
  return Type.Record(Type.String({ pattern }), value, { maxProperties: 64, additionalProperties: false });
}
