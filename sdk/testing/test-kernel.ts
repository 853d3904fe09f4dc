import type { AppType } from '../app-type.ts';
import type { Static, TObject } from '../schema.ts';
import type { TestApp } from './test-app.ts';
import type { TestNode } from './test-node.ts';

/** A plugin that does not run, and why. */
export interface PluginTrouble {
  readonly plugin: string;
  /** `blocked`, `failed`, `quarantined`, `needs-approval`. */
  readonly state: string;
  readonly reason: string;
  readonly problems: readonly { readonly code: string; readonly message: string; readonly remedy: string }[];
}

/** A tenant of a test kernel. */
export interface TestTenant {
  readonly id: string;
  readonly name: string;
}

/** Something that happened, told after it did. */
export interface TestEvent {
  /** `app.created` */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How an app is made. */
export interface NewApp {
  /** Left out: the type and a number. */
  readonly name?: string;
  /** Left out: the hoster. */
  readonly tenant?: TestTenant;
  /**
   * An older version of the type's spec: the app is as if it had been made then, and the plugin was upgraded since. The spec
   * is of that version.
   */
  readonly specVersion?: number;
}

/** A request to the API. */
export interface TestRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/apps` */
  readonly url: string;
  /** Sent as JSON, unless it is bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Left out: the administrator's. `null`: none. */
  readonly token?: string | null;
}

/** An answer of the API. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Parsed when it is JSON. */
  readonly body: unknown;
}

/** Time, which stands still until a test moves it. */
export interface TestClock {
  readonly now: Date;
  /**
   * Lets time pass: milliseconds, or `90s`, `5m`, `1h`, `2d`. All that is due meanwhile happens in its order and at its time: retries,
   * jobs, timers, checks of the node.
   */
  advance(time: number | string): Promise<void>;
}

/** A whole kernel in this process: the real server, the real agent, a real database, and a node in memory. */
export interface TestKernel extends AsyncDisposable {
  readonly tenants: {
    create(tenant: { readonly name: string; readonly kind?: 'reseller' | 'customer' }): Promise<TestTenant>;
  };
  readonly apps: {
    /** Makes an app, by its type's id or by the value of `defineAppType()`, which types the spec. The node has made it when this returns. */
    create<Schema extends TObject>(
      type: AppType<Schema>,
      spec?: Partial<Static<Schema>>,
      more?: NewApp,
    ): Promise<TestApp<Static<Schema>>>;
    create(type: string, spec?: Readonly<Record<string, unknown>>, more?: NewApp): Promise<TestApp>;
    /** All that were made in this kernel and are not purged. */
    list(): readonly TestApp[];
  };
  readonly node: TestNode;
  readonly http: { inject(request: TestRequest): Promise<TestResponse> };
  readonly clock: TestClock;
  /** All that happened so far. */
  events(): Promise<readonly TestEvent[]>;
  /** Runs a scheduled job of a plugin now. */
  runJob(plugin: string, job: string): Promise<void>;
  /** Plugins that do not run. */
  readonly problems: readonly PluginTrouble[];
  /** Changes what the hoster set for a plugin on the node. */
  configure(plugin: string, config: Readonly<Record<string, unknown>>): Promise<void>;
  /** Returns when nobody has anything left to do. Needed only after {@link TestKernel.http} and after manual changes. */
  converge(): Promise<void>;
  /** Ends it. A machine that is not as the last apply should have left it is an error here. */
  close(): Promise<void>;
}
