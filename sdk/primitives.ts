import { type Resource, resourceKey } from './resource.ts';
import { AbsolutePath, Fields, FileMode, Line, LocalId, type Static, type TSchema, Type, UnixName } from './schema.ts';

/**
 * The closed set of resources that the agent acts on. Every contributed resource is lowered to these.
 * Each builder gives a resource; its spec is checked against the schema of the same name in
 * {@link primitiveSchemas} on the server and again on the node.
 */

// --- Parts --------------------------------------------------------------------------------------

const WITHOUT_NUL = {
  pattern: '^[^\\u0000]*$',
  description: 'A text without the character NUL, which no program can be given.',
};
const Argv = Type.Array(Type.String({ maxLength: 131_072, ...WITHOUT_NUL }), { minItems: 1, maxItems: 256 });
const Environment = Type.Record(
  Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]{0,127}$' }),
  Type.String({ maxLength: 32_768, ...WITHOUT_NUL }),
  { additionalProperties: false },
);
const Owned = {
  /** User that owns it. Left out: the user the agent runs as. */
  owner: Type.Optional(UnixName()),
  /** Group that owns it. Left out: the owner's own group. */
  group: Type.Optional(UnixName()),
};
/** A path, in which `*` stands for part of one segment and `**` for any number of segments. */
const PathPattern = Type.String({
  maxLength: 1024,
  pattern: '^/',
  description: 'Begins with /. * is part of a segment, ** any number of segments.',
});
/** `unix:/path/to.sock` or `tcp:127.0.0.1:9000`. */
const Address = Type.String({
  description: 'Either unix: and an absolute path, or tcp: with an address and a port: tcp:127.0.0.1:9000.',
  pattern: '^(?:unix:/.{1,100}|tcp:[0-9a-zA-Z.:\\[\\]]+:[0-9]{1,5})$',
});
const Signal = Type.Enum(['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']);
const Seconds = (maximum: number) => Type.Number({ minimum: 0.001, maximum });

// --- Schemas ------------------------------------------------------------------------------------

/** A folder with an owner and a mode. Removed when nothing foreign is in it. */
export const DirectorySpec = Fields({
  path: AbsolutePath(),
  ...Owned,
  /** Default `0755`. */
  mode: Type.Optional(FileMode()),
});

/** A file with exactly this content. A file that the agent did not write is never overwritten. */
export const FileSpec = Fields({
  path: AbsolutePath(),
  content: Type.String({ maxLength: 4_194_304 }),
  ...Owned,
  /** Default `0644`, `0600` with `secret`. */
  mode: Type.Optional(FileMode()),
  /** Keeps the content out of plans, diffs and logs. Only a secret file may contain the value of a secret. */
  secret: Type.Optional(Type.Boolean()),
  /** Addresses on which the service that reads this file accepts connections once it has read it: apply waits for them. */
  listens: Type.Optional(Type.Array(Address, { maxItems: 16 })),
});

/** One part of a file that several owners share. The agent assembles the parts, each on lines of its own. */
export const FragmentSpec = Fields({
  path: AbsolutePath(),
  /** Names this part within the file; parts stand in the order of their keys. */
  key: LocalId(),
  /** The part, without a line break at its end: the agent adds one. */
  content: Type.String({ maxLength: 262_144 }),
  ...Owned,
  /** Of the whole file; every part must say the same. Default `0644`. */
  mode: Type.Optional(FileMode()),
});

/** A symbolic link. Switched atomically from one target to another. */
export const LinkSpec = Fields({
  path: AbsolutePath(),
  /** Where it points: absolute, or relative to the folder of the link. */
  target: Type.String({
    minLength: 1,
    maxLength: 1024,
    pattern: '^[^\\u0000-\\u001f\\u007f]+$',
    description: 'A path without control characters.',
  }),
});

/** A unix user without a password, with a group of the same name. The agent chooses the ids. */
export const UserSpec = Fields({
  name: UnixName(),
  home: AbsolutePath(),
  /** Default `/usr/sbin/nologin`. */
  shell: Type.Optional(AbsolutePath()),
  /** Further groups. They must exist. */
  groups: Type.Optional(Type.Array(UnixName(), { maxItems: 32, uniqueItems: true })),
});

/** A private key (PKCS #8, PEM) that is made on the node once and never leaves it. */
export const KeySpec = Fields({
  path: AbsolutePath(),
  algorithm: Type.Enum(['ed25519', 'ecdsa-p256', 'rsa-3072']),
  ...Owned,
  /** Default `0600`. */
  mode: Type.Optional(FileMode()),
  /** Makes a certificate signing request (PKCS #10) for these names observable. The first one is the subject's common name. */
  request: Type.Optional(
    Fields({
      names: Type.Array(
        Type.String({
          pattern: '^[a-z0-9.*-]{1,253}$',
          description: 'A host name in lower case; *. may stand before it.',
        }),
        { minItems: 1, maxItems: 100 },
      ),
    }),
  ),
});

/** A folder unpacked from an archive whose hash is verified first. Entries that would leave the folder are refused. */
export const ArchiveSpec = Fields({
  /** The folder that the archive becomes. It appears at once, complete, and must not exist before. */
  path: AbsolutePath(),
  /** `upload`: the agent fetches the bytes with this hash from the server. Otherwise a file on the node. */
  source: Type.Union([Type.Literal('upload'), AbsolutePath()]),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: '64 lower-case hexadecimal digits.' }),
  format: Type.Enum(['tar', 'tar.gz']),
  ...Owned,
  /** Of folders; files get the same without the execute bits, unless their entry is executable. Default `0755`. */
  mode: Type.Optional(FileMode()),
});

/** Exactly one of these; a command without one must have `output` and is an observation. */
const CommandGuard = {
  /** Not run when this command ends with 0. */
  unless: Type.Optional(Argv),
  /** Not run when this path exists. */
  creates: Type.Optional(AbsolutePath()),
  /** Run when it has never run, and whenever one of these resources of the same owner was created or changed. */
  onlyAfter: Type.Optional(Type.Array(Type.String({ maxLength: 1100 }), { minItems: 1, maxItems: 64 })),
};

/** A command with a guard, or an observation. It runs at the place where it is listed. */
export const CommandSpec = Fields({
  id: LocalId(),
  /** Program and arguments; no shell is involved. A program without a `/` is looked up in the system's own folders. */
  argv: Argv,
  /** Left out: the user the agent runs as. */
  user: Type.Optional(UnixName()),
  cwd: Type.Optional(AbsolutePath()),
  /** The whole environment, besides `PATH`, `HOME`, `USER` and `LANG`. May contain values of secrets. */
  env: Type.Optional(Environment),
  /** Seconds. Default 60. */
  timeout: Type.Optional(Seconds(3600)),
  /** Exit codes that mean success, of `undo` and `remove` too. Default `[0]`. For programs that report "there was nothing to do" as an exit code: pkill(1). */
  exitCodes: Type.Optional(
    Type.Array(Type.Integer({ minimum: 0, maximum: 255 }), { minItems: 1, maxItems: 16, uniqueItems: true }),
  ),
  ...CommandGuard,
  /** Run to undo this command when the apply fails. Must be harmless when the command did not run. */
  undo: Type.Optional(Argv),
  /** Run when the resource is removed. Must be harmless when it ran before. */
  remove: Type.Optional(Argv),
  /**
   * What it prints becomes observed under this resource's key: `json` parsed and checked against `schema`,
   * `lines` as an array of strings. A command with `output` and no guard is an observation: it runs at every apply
   * and every check, and must not change anything.
   */
  output: Type.Optional(
    Fields({ format: Type.Enum(['json', 'lines']), schema: Type.Optional(Type.Unsafe<TSchema>({ type: 'object' })) }),
  ),
});

/** A program that runs all the time, under systemd where there is one, otherwise supervised by the agent. Node roles only. */
export const ServiceSpec = Fields({
  /** Unique on the node. */
  name: LocalId(),
  /** The program in the foreground: it must not detach itself. */
  argv: Argv,
  user: Type.Optional(UnixName()),
  env: Type.Optional(Environment),
  /** Default `running`. */
  state: Type.Optional(Type.Enum(['running', 'stopped'])),
  /** Must end with 0 before the service is started or reloaded; what it prints is shown to whoever is to blame. */
  validate: Type.Optional(Argv),
  /** Sent to the main process to make it read its files again. Left out: the service is restarted instead. */
  reloadSignal: Type.Optional(Signal),
  /**
   * Sent, after the reload signal, to each child that still serves with the former configuration once another child serves beside
   * it: asks it to finish what it has begun. For programs that let both serve for a while: nginx does for 100 ms.
   */
  drainSignal: Type.Optional(Signal),
  /** A change of any file that matches, by whichever owner, makes the service validate and reload, once for all changes. */
  reloadAfter: Type.Optional(Type.Array(PathPattern, { maxItems: 32 })),
  /** The same with a restart. A change of this resource itself is a restart too. */
  restartAfter: Type.Optional(Type.Array(PathPattern, { maxItems: 32 })),
  /** Asks it to end. Default `SIGTERM`. */
  stopSignal: Type.Optional(Signal),
  /** Seconds it may take to end before it is killed. Default 10. */
  stopTimeout: Type.Optional(Seconds(300)),
  /** It counts as started when it accepts connections on all of these. */
  listens: Type.Optional(Type.Array(Address, { maxItems: 16 })),
});

/** A command that runs on a schedule, without anybody waiting for it. */
export const TimerSpec = Fields({
  id: LocalId(),
  /** Five cron fields in the node's time zone: minute, hour, day of month, month, day of week. */
  schedule: Type.String({
    description: 'Five cron fields with one blank between them, such as 0 3 * * *.',
    maxLength: 100,
    pattern: '^[0-9*/,A-Za-z-]+(?: [0-9*/,A-Za-z-]+){4}$',
  }),
  argv: Argv,
  user: Type.Optional(UnixName()),
  cwd: Type.Optional(AbsolutePath()),
  env: Type.Optional(Environment),
  /** Seconds. Default 3600. A run that is still going when the next is due makes the next one be left out. */
  timeout: Type.Optional(Seconds(86_400)),
});

/** The tenant's data: files, or what a program keeps, or both. Removal moves it to the trash; purging destroys it. */
export const DatasetSpec = Fields({
  id: LocalId(),
  /** What it holds, for people. */
  title: Line(),
  /** A folder with the tenant's files, made when it is missing. Resources below it move with it. */
  files: Type.Optional(
    Fields({
      path: AbsolutePath(),
      ...Owned,
      /** Default `0755`. */
      mode: Type.Optional(FileMode()),
      /** Paths below it that need no backup. */
      excludes: Type.Optional(Type.Array(PathPattern, { maxItems: 64 })),
    }),
  ),
  /** Data that a program keeps: `dump` writes it to standard output, `restore` reads that from standard input. */
  program: Type.Optional(
    Fields({
      dump: Argv,
      restore: Argv,
      user: Type.Optional(UnixName()),
      env: Type.Optional(Environment),
      /** Seconds. Default 3600. */
      timeout: Type.Optional(Seconds(86_400)),
    }),
  ),
});

/** A Debian package, in whichever version the node has. Node roles only. It stays when the resource is removed. */
export const PackageSpec = Fields({
  /** A Debian package. */
  name: Type.String({
    pattern: '^[a-z0-9][a-z0-9+.-]{1,127}$',
    description: '2 to 128 lower-case letters, digits, plus signs, dots and hyphens, with a letter or a digit first.',
  }),
  /** Units of the package that must never run, because Freehold runs the program under its own configuration. */
  masks: Type.Optional(
    Type.Array(
      Type.String({
        description: 'The name of a unit of systemd that ends with .service, .socket or .timer.',
        pattern: '^[A-Za-z0-9@._-]{1,200}\\.(?:service|socket|timer)$',
      }),
      { maxItems: 16 },
    ),
  ),
});

/** A log file that the people of the tenant may read. The agent makes it and rotates it. */
export const LogSpec = Fields({
  id: LocalId(),
  /** Shown to the people who may read it. */
  title: Line(),
  path: AbsolutePath(),
  ...Owned,
  /** Default `0640`. */
  mode: Type.Optional(FileMode()),
  /** The file is rotated when it is larger. Bytes, default 10 MiB. */
  maxBytes: Type.Optional(Type.Integer({ minimum: 4096, maximum: 1_099_511_627_776 })),
  /** Rotated files that are kept, compressed. Default 5. */
  keep: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
  /** After a rotation this service gets this signal, so that it opens the file again. */
  reopen: Type.Optional(Fields({ service: LocalId(), signal: Signal })),
  /**
   * Each line ends with so many numbers, with blanks before them: bytes that were sent or received, which count as bandwidth.
   * Nothing that a visitor chose may stand at the end of a line.
   */
  traffic: Type.Optional(Type.Integer({ minimum: 1, maximum: 8 })),
});

/** The schema of each primitive's spec, by type. */
export const primitiveSchemas = {
  directory: DirectorySpec,
  file: FileSpec,
  fragment: FragmentSpec,
  link: LinkSpec,
  user: UserSpec,
  key: KeySpec,
  archive: ArchiveSpec,
  command: CommandSpec,
  service: ServiceSpec,
  timer: TimerSpec,
  dataset: DatasetSpec,
  package: PackageSpec,
  log: LogSpec,
} as const satisfies Record<string, TSchema>;

/** Name of a primitive: `file`, `command` … */
export type PrimitiveType = keyof typeof primitiveSchemas;
/** What a primitive of this type declares. */
export type PrimitiveSpec<Type extends PrimitiveType> = Static<(typeof primitiveSchemas)[Type]>;
/** A resource that the agent acts on, told apart by its type. */
export type Primitive = { [Type in PrimitiveType]: Resource<Type, PrimitiveSpec<Type>> }[PrimitiveType];

/** Whether a resource is one that the agent knows by itself. */
export function isPrimitive(resource: Resource): resource is Primitive {
  return Object.hasOwn(primitiveSchemas, resource.type);
}

// --- Builders -----------------------------------------------------------------------------------

/** A folder. Removed when nothing foreign is in it. */
export const directory = builder('directory', (spec) => spec.path);
/** A file with this content. Removed, or put back as it was. */
export const file = builder('file', (spec) => spec.path);
/** One part of a file that several owners share. */
export const fragment = builder('fragment', (spec) => `${spec.path}#${spec.key}`);
/** A symbolic link, switched atomically. */
export const link = builder('link', (spec) => spec.path);
/** A unix user with a group of the same name. Its processes end when it is removed. */
export const user = builder('user', (spec) => spec.name);
/** A private key that is made on the node and never leaves it. Observed: `{ publicKey, request? }`, both PEM. */
export const key = builder('key', (spec) => spec.path);
/** A folder unpacked from a verified archive. Entries that would leave the folder are refused. */
export const archive = builder('archive', (spec) => spec.path);
/** A command that runs when its guard lets it, or an observation. */
export const command = builder('command', (spec) => spec.id);
/** A program that runs all the time, under systemd or supervised by the agent. Node roles only. */
export const service = builder('service', (spec) => spec.name);
/** A command that runs on a schedule. */
export const timer = builder('timer', (spec) => spec.id);
/** Data of the tenant: what backup, export and move are about. Moved to the trash when removed. */
export const dataset = builder('dataset', (spec) => spec.id);
/** A Debian package. Node roles only. Kept when removed. */
export const debianPackage = builder('package', (spec) => spec.name);
/** A log file that the tenant may read and that the agent rotates. */
export const log = builder('log', (spec) => spec.id);

/** The key of each primitive, for `onlyAfter` and `observed`. */
export { resourceKey };

function builder<Type extends PrimitiveType>(type: Type, idOf: (spec: PrimitiveSpec<Type>) => string) {
  return (spec: PrimitiveSpec<Type>): Resource<Type, PrimitiveSpec<Type>> => ({ type, id: idOf(spec), spec });
}
