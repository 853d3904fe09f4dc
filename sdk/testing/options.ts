import type { NodeInput } from '../node.ts';

/** What a test kernel is made of. */
export interface TestKernelOptions {
  /**
   * The plugin under test, and after it those it needs. Each is its folder or any file in it, as a path or a `file:` URL
   * (`import.meta.url` of a test beside the plugin), or the name of a package that the first one can import.
   */
  readonly plugins: readonly (string | URL)[];
  /** What the hoster sets for each plugin on the node, by plugin id. Left out: the defaults. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly node?: TestNodeOptions;
  /**
   * `true`: plugins that cannot run are no error, and `kernel.problems` says why. For tests of exactly that. Default: the
   * kernel is not made, and the error says why.
   */
  readonly allowProblems?: boolean;
}

/** The machine that a test kernel's node is. It is Debian 12, and in memory. */
export interface TestNodeOptions {
  readonly facts?: TestNodeFacts;
  /** What programs do: see {@link Script}. By the program as it stands in argv, or by its file name. */
  readonly commands?: Readonly<Record<string, Script>>;
  /** Files that are there before anything is applied, by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What is told of the node. Left out: a machine with two processors and 4 GiB, whose agent is root. */
export type TestNodeFacts = Partial<Pick<NodeInput, 'privileged' | 'ports' | 'os' | 'cpus' | 'memoryBytes' | 'ipv6'>>;

/** One run of a program on the simulated node. */
export interface CommandRun {
  readonly argv: readonly string[];
  /** Whom it ran as. */
  readonly user: string;
  readonly cwd: string;
  /** What its resource says, with the values of secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** What it was given on standard input. */
  readonly input: string;
}

/** What a run of a program comes to. All members are optional: it prints nothing and ends with 0. */
export interface CommandResult {
  readonly code?: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** What a program does: a text it prints, a result, or a function of the run. */
export type Script =
  | string
  | CommandResult
  | ((run: CommandRun) => string | CommandResult | undefined | Promise<string | CommandResult | undefined>);
