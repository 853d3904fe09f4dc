import type { Link } from '../app-type.ts';
import type { Observed } from '../node.ts';
import type { Primitive } from '../primitives.ts';
import type { Change, TestOperation } from './test-operation.ts';

/** A dated fact about an app: `Ready`, `Drifted`, `NodeReachable`. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** One word for programs: `Applied`, `Retrying`, `ConfigurationRefused`. */
  readonly reason: string;
  /** For people. */
  readonly message: string;
}

/** One resource of an app that exists on the node. */
export interface AppliedResource {
  /** `file:/srv/a.conf` */
  readonly key: string;
  readonly resource: Primitive;
  /** The plugin whose function gave it. */
  readonly plugin: string;
  /** Keys of the contributed resources it was lowered from, outermost first. */
  readonly via: readonly string[];
}

/**
 * An app of a test kernel. What is asked for is done when a function returns; if it cannot be done it throws a
 * {@link TestKernelError} with the words the tenant would read.
 *
 * The members that are values are as of the last call, `kernel.converge()` or `kernel.clock.advance()`.
 */
export interface TestApp<Spec = Readonly<Record<string, unknown>>> {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly tenant: string;
  /** Its folder on the node. */
  readonly home: string;
  readonly user: string;
  readonly spec: Spec;
  /** Grows by one with every change of the spec. */
  readonly generation: number;
  readonly lifecycle: 'present' | 'removed' | 'purged';
  readonly suspended: boolean;
  /** Number of the release that is served; null before the first. */
  readonly release: number | null;
  readonly conditions: readonly Condition[];
  /** Whether the node has made all of it. */
  readonly ready: boolean;
  readonly links: readonly Link[];
  /** What exists on the node for it, in the order of its plugin's list. */
  readonly resources: readonly AppliedResource[];
  /** What the node reported of its resources. */
  readonly observed: Observed;

  /** Merges into the spec; `null` takes a field away (RFC 7396). */
  change(spec: Merge<Spec>): Promise<TestOperation>;
  /** What a change would do on the node, without doing it. Without one: nothing, if the node is as it should be. */
  plan(spec?: Merge<Spec>): Promise<readonly Change[]>;
  suspend(reason?: 'operator' | 'billing' | 'abuse'): Promise<TestOperation>;
  resume(): Promise<TestOperation>;
  /** Deploys files, by path. They become the release that is served. */
  deploy(files: Readonly<Record<string, string | Uint8Array>>): Promise<TestOperation>;
  /** Goes back to the release before, or to one by its number. */
  rollback(release?: number): Promise<TestOperation>;
  /** Runs an action of its type. What its commands gave is `output` of the operation. */
  action(id: string, input?: Readonly<Record<string, unknown>>): Promise<TestOperation>;
  /** Tries again what failed last. */
  retry(): Promise<TestOperation>;
  /** Lines of one of its logs, oldest first. */
  log(id: string): Promise<readonly string[]>;
  /** Puts it in the trash. */
  remove(): Promise<TestOperation>;
  /** Takes it out of the trash. */
  restore(): Promise<TestOperation>;
  /** Destroys it and its data. It must be in the trash. */
  purge(): Promise<void>;
}

/** What {@link TestApp.change} merges: any of the fields, to any depth. */
export type Merge<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { readonly [Name in keyof Value]?: Merge<Value[Name]> | null }
    : Value;
