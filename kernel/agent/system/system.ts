import type { Readable, Writable } from 'node:stream';

/**
 * The only door to the machine. The engine knows nothing else of it, so the same engine runs on a real Linux and on
 * the simulated machine of the tests; `system.contract.test.ts` holds both to the words of this file.
 *
 * Paths are absolute and in normal form. Ids are numbers here: names are a matter of {@link Accounts}.
 */
export interface System {
  readonly files: Files;
  readonly accounts: Accounts;
  readonly commands: Commands;
  readonly processes: Processes;
  readonly packages: Packages;
  readonly services: Services;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly host: Host;
}

// --- Files --------------------------------------------------------------------------------------

export interface Attributes {
  /** Permission bits, as chmod(2) takes them. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface Entry extends Attributes {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly size: number;
  /** Names that this file has. */
  readonly links: number;
  /** Which file it is, whatever its name and content. */
  readonly inode: string;
  /** Another one after every change of the content or the attributes; the same as long as nothing changed. */
  readonly stamp: string;
}

/**
 * No operation follows a link in the last segment of a path. A link among the parents is followed only when nobody
 * but root or the agent can have put it there and it stays within the boundary of the path (see `trust.ts`); otherwise
 * the operation fails with `UNSAFE_PATH`. Other failures carry the codes of errno(3).
 */
export interface Files {
  /** What stands there; undefined when nothing does. */
  find(path: string): Promise<Entry | undefined>;
  /** Names in a folder, sorted. */
  list(path: string): Promise<string[]>;
  /** The bytes of a regular file; fails with `EFBIG` when there are more than `maxBytes`. */
  read(path: string, maxBytes: number): Promise<Buffer>;
  readLink(path: string): Promise<string>;
  /** SHA-256 of a regular file, in hex. */
  hash(path: string): Promise<string>;
  /** Puts a file in place of whatever file or link stands there: at once, complete, and on disk when it returns. */
  write(path: string, content: Uint8Array, attributes: Attributes): Promise<void>;
  /** Makes a new file; fails with `EEXIST`. Not on disk before {@link Files.flush}. */
  create(path: string, content: Uint8Array | AsyncIterable<Uint8Array>, attributes: Attributes): Promise<void>;
  /** Makes a new folder in an existing one; fails with `EEXIST`. */
  makeDirectory(path: string, attributes: Attributes): Promise<void>;
  /** Makes a symbolic link in place of whatever file or link stands there, at once. */
  makeLink(path: string, target: string): Promise<void>;
  /** Of a folder or of a regular file that has one name only; fails with `EMLINK` for others. */
  setAttributes(path: string, attributes: Attributes): Promise<void>;
  /**
   * Gives what stands at a path, and everything below it, the new one of each user or group id that changed, and leaves the rest as
   * it is, modes included. Of links it is the link itself. A file that has a name elsewhere, too, is left alone; gives how many are.
   */
  changeIds(path: string, ids: ReadonlyMap<number, number>): Promise<number>;
  /** Moves a file, link or folder, to another file system too; fails with `EEXIST`. Links keep what they say. */
  move(from: string, to: string): Promise<void>;
  /** Removes a file or link, if there is one. */
  removeFile(path: string): Promise<void>;
  /** Removes an empty folder, if there is one; fails with `ENOTEMPTY`. */
  removeDirectory(path: string): Promise<void>;
  /** Removes whatever stands there, with all that is in it. Never leaves the folder through a link. */
  removeTree(path: string): Promise<void>;
  /**
   * What stands at a path, with everything below it in the same file system: room on disk, folders included, and how many. What has
   * several names counts once; links are not followed; nothing is 0.
   */
  measure(path: string): Promise<DiskUse>;
  /** Returns when everything below a folder is on disk. */
  flush(path: string): Promise<void>;
  /** Opens a regular file for reading. */
  open(path: string): Promise<OpenFile>;
  /** Tells of changes below a folder, late or too often but never not at all within a second. */
  watch(path: string, changed: () => void): Watch;
}

/** A file that stays the same one, also when another takes its name. */
export interface OpenFile {
  entry(): Promise<Entry>;
  /** At most `length` bytes from `position`; fewer at the end. */
  read(position: number, length: number): Promise<Buffer>;
  stream(): Readable;
  close(): Promise<void>;
}

export interface DiskUse {
  readonly bytes: number;
  readonly inodes: number;
}

export interface Watch {
  close(): void;
}

// --- Accounts -----------------------------------------------------------------------------------

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
  /** Further groups, sorted. */
  readonly groups: readonly string[];
}

export interface Accounts {
  /** Whom the agent runs as. */
  readonly self: { readonly name: string; readonly uid: number; readonly gid: number };
  findUser(name: string): Promise<User | undefined>;
  /** The id of a group. */
  findGroup(name: string): Promise<number | undefined>;
  /** Whether neither a user nor a group has this id. */
  isFree(id: number): Promise<boolean>;
  /** Makes a group and a user of this name and id, with no password. The home is not made. */
  addUser(user: Omit<User, 'gid'>): Promise<void>;
  /** Changes home, shell and further groups. */
  changeUser(user: Pick<User, 'name' | 'home' | 'shell' | 'groups'>): Promise<void>;
  /** Removes the user and the group of its name, as far as they exist. */
  removeUser(name: string): Promise<void>;
}

// --- Programs -----------------------------------------------------------------------------------

export interface CommandRun {
  /** Program and arguments. A program without a `/` is looked up in the system's own folders. */
  readonly argv: readonly string[];
  /** Left out: the user the agent runs as. */
  readonly user?: string;
  readonly cwd?: string;
  /** Besides `PATH`, `HOME`, `USER` and `LANG`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds until it is killed, with all it started. */
  readonly timeout: number;
  readonly input?: Readable;
  /** Takes standard output instead of the result. */
  readonly sink?: Writable;
  readonly signal?: AbortSignal;
  /** Lets it go on when the agent dies: for what must not be cut off half-way. */
  readonly outlives?: boolean;
}

export interface CommandResult {
  /** 127 when there is no such program; null when it was killed. */
  readonly code: number | null;
  readonly timedOut: boolean;
  /** The first MiB of standard output. */
  readonly stdout: string;
  /** The last 64 KiB of what it printed, both streams as they came. */
  readonly output: string;
}

export interface Commands {
  /** Runs a program to its end. It ends when the agent does. Fails only when no process can be made at all. */
  run(run: CommandRun): Promise<CommandResult>;
}

/** `unix:/path/to.sock` or `tcp:127.0.0.1:9000`. */
export type Address = string;

export interface Processes {
  /** Kills every process of a user until none is left; false when some would not go. */
  endAllOf(uid: number): Promise<boolean>;
  /** The sockets that each descendant of a process listens on, by process id; those that listen on none are left out. */
  listeners(pid: number): Promise<ReadonlyMap<number, ReadonlySet<string>>>;
  /** The descendants of a process that have one of these sockets. */
  holders(pid: number, sockets: ReadonlySet<string>): Promise<ReadonlySet<number>>;
  /** The descendants of a process that this agent may not look into: what they listen on and hold is not known. */
  hidden(pid: number): Promise<ReadonlySet<number>>;
  /** Sends a signal to a process, if it is there. */
  signal(pid: number, signal: string): Promise<void>;
  /**
   * Whether a process and its descendants listen at all of these addresses. It is not enough that connections are accepted there: a
   * stranger may do that. Where the agent may not look into one of the processes, it has to be.
   */
  serves(pid: number, addresses: readonly Address[]): Promise<boolean>;
  /** TCP ports on which a process or a descendant of it listens. */
  ports(pid: number): Promise<ReadonlySet<number>>;
}

export interface Packages {
  /** Whether this agent can install packages. */
  readonly canInstall: boolean;
  /** The version of an installed Debian package. */
  find(name: string): Promise<string | undefined>;
  /** Installs packages in one go, without starting their daemons. */
  install(names: readonly string[], progress: (message: string) => void): Promise<CommandResult>;
  /** Whether packages are being installed or removed now, by whomever. */
  isBusy(): Promise<boolean>;
  /** Names of the units of systemd that packages brought, also where systemd does not run. */
  units(): Promise<ReadonlySet<string>>;
  /** The main process of each of these units that runs. */
  running(units: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Those of these units that can be started. None where systemd does not run. */
  unmasked(units: readonly string[]): Promise<string[]>;
  /** Stops units, and keeps everybody from starting them. */
  mask(units: readonly string[]): Promise<void>;
}

// --- Services and timers --------------------------------------------------------------------------

export interface ServiceDefinition {
  readonly name: string;
  readonly argv: readonly string[];
  readonly user?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stopSignal: string;
  /** Milliseconds. */
  readonly stopTimeout: number;
}

export interface ServiceStatus {
  /** The one that was last given. */
  readonly definition: ServiceDefinition;
  /** False when somebody changed by hand what the service manager was given. */
  readonly intact: boolean;
  /** Whether it is meant to run. */
  readonly wanted: boolean;
  /** The main process; left out when there is none. */
  readonly pid?: number;
  /** Times it ended by itself since it was last started on purpose. */
  readonly failures: number;
}

/** Keeps programs running, also without the agent, and starts them again when they end by themselves. */
export interface Services {
  readonly manager: 'systemd' | 'agent';
  find(name: string): Promise<ServiceStatus | undefined>;
  /** Makes a service known, or changes it. Neither starts nor stops anything. */
  define(definition: ServiceDefinition): Promise<void>;
  /** Starts the main process, if there is none. */
  start(name: string): Promise<void>;
  /** Ends the service with its stop signal, and kills what is left of it after the stop time. */
  stop(name: string): Promise<void>;
  /** Sends a signal to the main process. */
  signal(name: string, signal: string): Promise<void>;
  /** Stops it and forgets it. */
  remove(name: string): Promise<void>;
  /** The last lines it printed. */
  lastWords(name: string): Promise<string>;
  /** Keeps what services print from growing for ever: what is longer is moved aside, in the place of what was there. */
  shortenLogs(maxBytes: number): Promise<void>;
  /** Takes up what an earlier agent left running. */
  resume(): Promise<void>;
  /** Lets go: the services run on, or are stopped. */
  close(options: { stop: boolean }): Promise<void>;
}

export interface TimerDefinition {
  /** Unique on the node. */
  readonly name: string;
  /** Five cron fields, in the node's time zone. */
  readonly schedule: string;
  readonly argv: readonly string[];
  readonly user?: string;
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Runs commands on a schedule; a run is left out while the last one still goes. */
export interface Timers {
  /** What is in force; undefined when nothing is, or when somebody changed it by hand. */
  find(name: string): Promise<TimerDefinition | undefined>;
  put(definition: TimerDefinition): Promise<void>;
  remove(name: string): Promise<void>;
  close(): Promise<void>;
}

// --- Time and the machine itself ----------------------------------------------------------------------

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Waits as a part of work in hand: on a simulated machine the time jumps instead. Rejects when aborted. */
  pause(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls once, later. On a simulated machine: when a test moves the time on. */
  after(milliseconds: number, call: () => void): Watch;
}

export interface HostDescription {
  readonly hostname: string;
  readonly addresses: readonly string[];
  readonly os: { readonly id: string; readonly version: string; readonly arch: string };
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly ipv6: boolean;
  readonly diskBytes: number;
  readonly diskFreeBytes: number;
}

export interface Host {
  /** `path` names the file system that is measured. */
  describe(path: string): Promise<HostDescription>;
}
