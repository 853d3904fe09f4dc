/** What the API gives and takes, as far as the command line uses it. The schemas are the server's: `/v1/openapi.json`. */

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Cursor of the next page; null or absent on the last. */
  readonly next?: string | null;
}

export interface Account {
  readonly id: string;
  readonly email: string;
}

/** A session that has begun, or goes on. */
export interface SignedIn {
  readonly session: string;
  readonly token: string;
  readonly expiresAt: string;
  /** Null in a browser, where it is in a cookie. */
  readonly refreshToken: string | null;
  readonly refreshExpiresAt: string;
  /** The half of the session for the page of a browser, when it begins. */
  readonly key: string | null;
  readonly account: Account;
}

export interface OwnAccount extends Account {
  readonly name: string;
  readonly emailVerified: boolean;
  readonly language: string | null;
  readonly hasPassword: boolean;
  readonly passwordChangedAt: string | null;
  readonly totp: boolean;
  readonly passkeys: number;
  readonly recoveryCodes: number;
  readonly createdAt: string;
}

export interface OtherAccount extends Account {
  readonly name: string;
  readonly emailVerified: boolean;
  readonly blockedAt: string | null;
  readonly createdAt: string;
}

export interface OwnSession {
  readonly id: string;
  readonly current: boolean;
  readonly device: string;
  readonly address: string | null;
  readonly methods: readonly string[];
  readonly createdAt: string;
  readonly lastUsedAt: string;
}

export interface SignInEntry {
  readonly id: string;
  readonly at: string;
  readonly outcome: string;
  readonly method: string;
  readonly device: string;
  readonly address: string | null;
  readonly session: string | null;
  readonly impersonator: { readonly id: string; readonly name: string } | null;
}

/** The password was right, and there is more to show. */
export interface SecondStep {
  readonly secondFactor: {
    readonly token: string;
    readonly expiresAt: string;
    readonly methods: readonly ('totp' | 'passkey' | 'recovery-code')[];
    readonly passkey: Readonly<Record<string, unknown>> | null;
  };
}

export interface Session {
  /** Null for an API token that belongs to a tenant and to nobody in particular. */
  readonly account: Account | null;
  readonly roles: readonly { readonly role: string; readonly tenant: string }[];
}

export interface Tenant {
  readonly id: string;
  readonly kind: 'hoster' | 'reseller' | 'customer';
  readonly name: string;
  readonly slug: string;
  readonly parent: string | null;
  readonly createdAt: string;
}

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt?: string | null;
  readonly expiresAt?: string | null;
  /** Only in the answer that made it. */
  readonly token?: string;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionAt: string;
}

export type Spec = Readonly<Record<string, unknown>>;

export interface App {
  readonly id: string;
  readonly tenant: string;
  readonly type: string;
  readonly name: string;
  readonly node: string;
  readonly spec: Spec;
  readonly specVersion: number;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly lifecycle: 'present' | 'removed' | 'purging';
  readonly suspended: readonly { readonly reason: string; readonly note?: string | null; readonly at: string }[];
  readonly release: number | null;
  readonly links: readonly { readonly title: string; readonly url: string }[];
  readonly conditions: readonly Condition[];
  /** What was changed by hand, as the last check found it. */
  readonly drift?: readonly Drift[];
  /** What plugins have to say of it. */
  readonly notices?: readonly { readonly plugin: string; readonly severity: string; readonly message: string }[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly removedAt?: string | null;
  readonly purgeAfter?: string | null;
}

export interface AppType {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  readonly plugin: string;
  readonly specVersion: number;
  /** JSON Schema. */
  readonly spec: JsonSchema;
  readonly files?: { readonly maxBytes: number; readonly maxEntries: number; readonly keep: number };
  readonly actions: readonly AppAction[];
}

export interface AppAction {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly warning?: string;
  readonly input?: JsonSchema;
}

/** As much of JSON Schema as is needed to read values from a command line. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly title?: string;
  readonly description?: string;
}

export interface Release {
  readonly number: number;
  readonly sha256: string;
  /** Of the archive. */
  readonly bytes: number;
  readonly unpackedBytes: number;
  readonly entries: number;
  readonly current: boolean;
  readonly createdAt: string;
}

export interface Change {
  readonly resource: string;
  readonly action: 'create' | 'update' | 'remove' | 'run' | 'reload' | 'restart';
  readonly summary: string;
  readonly diff?: string;
}

export interface Plan {
  readonly changes: readonly Change[];
  readonly problems: readonly string[];
}

export interface Step extends Change {
  readonly state: 'done' | 'failed' | 'undone';
  readonly milliseconds: number;
  readonly output?: string;
}

export type OperationState = 'pending' | 'running' | 'succeeded' | 'failed' | 'superseded' | 'cancelled';

/** How a node's work ended. */
export type Outcome =
  | { readonly kind: 'inSync' }
  | { readonly kind: 'retry'; readonly after: number; readonly reason: string; readonly message: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly message: string };

export interface Operation {
  readonly id: string;
  readonly kind: string;
  readonly state: OperationState;
  /** `app:<id>` or `role:<plugin>`. */
  readonly owner: string;
  readonly node: string;
  readonly app: string | null;
  readonly actor: { readonly kind: string; readonly id: string; readonly name: string };
  readonly request?: Readonly<Record<string, unknown>>;
  /** What undo would ask for; null when there is nothing to undo. */
  readonly inverse: { readonly kind: string } | null;
  /** Of one that was asked for by itself: whether it can be undone now. */
  readonly undoable?: boolean;
  readonly steps?: readonly Step[];
  readonly outcome: Outcome | null;
  /** What the commands of an action printed. */
  readonly output?: Readonly<Record<string, unknown>> | null;
  readonly progress?: OperationProgress | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export interface OperationProgress {
  readonly done: number;
  readonly total: number;
  readonly message: string;
}

export interface LogLine {
  readonly at: string;
  readonly level: 'info' | 'warning' | 'error' | 'output';
  readonly message: string;
}

export interface Node {
  readonly id: string;
  readonly name: string;
  readonly facts: NodeFacts | null;
  readonly lastSeenAt: string | null;
  readonly reachable: boolean;
  readonly drift: 'repair' | 'keep';
  readonly checkInterval: number;
  readonly lastSweep: Sweep | null;
  readonly plugins: readonly string[];
}

export interface NodeFacts {
  readonly hostname: string;
  readonly agentVersion: string;
  readonly os: { readonly id: string; readonly version: string; readonly arch: string };
  readonly privileged: boolean;
  readonly user: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly diskFreeBytes: number;
  readonly ports: { readonly http: number; readonly https: number };
  readonly serviceManager: string;
  readonly warnings: readonly string[];
}

export interface Sweep {
  readonly owners: number;
  readonly resources: number;
  readonly changes: number;
  readonly at: string;
}

/** A plugin that is enabled on a node. */
export interface NodePlugin {
  readonly plugin: string;
  readonly version: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly conditions: readonly Condition[];
  /** What was changed by hand, as the last check found it. */
  readonly drift?: readonly Drift[];
}

export interface Drift {
  readonly resource: string;
  readonly summary: string;
  readonly diff?: string;
  readonly action: 'repaired' | 'kept' | 'failed';
  readonly message?: string;
}

export interface Plugin {
  readonly id: string;
  readonly displayName: string;
  readonly version: string;
  readonly state: string;
  readonly reason: string;
  readonly problems: readonly { readonly code: string; readonly message: string; readonly remedy: string }[];
  readonly capabilities: Readonly<Record<string, readonly string[] | undefined>>;
  readonly contributes: Readonly<Record<string, unknown>>;
  readonly config?: JsonSchema;
  readonly taps: readonly {
    readonly hook: string;
    readonly calls: number;
    readonly failures: number;
    readonly p95: number;
    readonly breaker: string;
  }[];
}

/** One thing that happened, as `/v1/events` tells it. Progress has no id: it is not kept. */
export interface KernelEvent {
  readonly id?: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}
