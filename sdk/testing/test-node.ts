import type { NodePaths } from '../node.ts';
import type { CommandRun, Script } from './options.ts';
import type { Change } from './test-operation.ts';

/** A unix user of the simulated node. */
export interface NodeUser {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
  readonly shell: string;
  readonly groups: readonly string[];
}

/** A service of the simulated node. */
export interface NodeService {
  readonly name: string;
  readonly running: boolean;
  readonly argv: readonly string[];
}

/** What stands at a path. */
export interface NodeFile {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Permission bits as four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** Of a file, as text. */
  readonly content?: string;
  /** Of a link. */
  readonly target?: string;
}

/** A difference between what was applied and what a check of the node found. */
export interface NodeDrift extends Omit<Change, 'action'> {
  /** Name of the app, or of the plugin whose node role it is. */
  readonly owner: string;
  readonly action: 'repaired' | 'kept' | 'failed';
}

/**
 * The node of a test kernel: the agent that runs on every node, on a machine in memory. Look at the world here, and act on it as
 * people and programs would.
 */
export interface TestNode {
  /** Where things stand on it. */
  readonly paths: NodePaths;
  /** The content of a file. @throws Error when there is none */
  file(path: string): string;
  /** What stands at a path; undefined when nothing does. */
  find(path: string): NodeFile | undefined;
  /** Paths of all files, folders and links below a folder, sorted. Default: below the node's own folders. */
  files(below?: string): readonly string[];
  readonly users: readonly NodeUser[];
  readonly services: readonly NodeService[];
  /** Names of the Debian packages that were installed. */
  readonly packages: readonly string[];
  /** Every command that ran, in order. */
  readonly commands: readonly CommandRun[];
  /** What happened to services, in order: `start nginx`, `SIGHUP nginx`. */
  readonly signals: readonly string[];
  /** Says what a program does from now on. */
  script(program: string, script: Script): void;
  /** Lets the next run of a program fail, once. Default: it ends with 1 and prints nothing. */
  fail(program: string, result?: { readonly code?: number; readonly stderr?: string }): void;
  /** Writes a file by hand, past the agent: what drift is made of. */
  edit(path: string, content: string): void;
  /** Removes whatever stands there, by hand. */
  delete(path: string): void;
  /**
   * `kill -9` of the agent, and its next start. With `after`, it dies in the middle of what it does next: at that step of it,
   * counted from 1; {@link TestNode.crashes} tells whether it came so far.
   */
  crash(options?: { readonly after: number }): Promise<void>;
  /** How often the agent was killed. */
  readonly crashes: number;
  /** Compares everything with the machine now, and gives what was not as applied. */
  check(): Promise<readonly NodeDrift[]>;
  /** What becomes of a manual edit: it is put back (`repair`, the default), or kept and shown. */
  setDrift(policy: 'repair' | 'keep'): Promise<void>;
  /** `false`: the agent and the server do not hear of each other. What is asked for waits until they do. */
  reachable: boolean;
  /** Everything that an agent could have changed, as one text: the same for the same machine. */
  snapshot(): string;
}
