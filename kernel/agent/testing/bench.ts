import { Readable } from 'node:stream';
import type { Resource } from '@freehold/sdk';
import type {
  ActedReport,
  AppliedReport,
  CheckedReport,
  Grant,
  LoweredResource,
  NodeSettings,
  OwnerKey,
  PlannedReport,
  Report,
  SweptReport,
  Work,
} from '@freehold/sdk/protocol';
import { pino } from 'pino';
import { type Connection, SimulatedMachine, type SimulatedMachineOptions } from '../../testing/machine/index.ts';
import type { CrashPoints } from '../engine/crash-points.ts';
import { Engine } from '../engine/engine.ts';
import { firstUidOf } from '../primitives/user-id.ts';
import { openStateStore, type StateStore } from '../store/state-store.ts';
import type { System } from '../system/system.ts';

export const ALLOWED: Grant = {
  plugin: 'test',
  version: '1.0.0',
  capabilities: {
    paths: ['/**'],
    commands: ['*', '/**'],
    services: ['*'],
    packages: ['*'],
    users: ['*'],
  },
};

export interface BenchOptions extends SimulatedMachineOptions {
  readonly settings?: Partial<NodeSettings>;
  readonly uploads?: Readonly<Record<string, Buffer>>;
  readonly crash?: CrashPoints;
  /** Default: a new one in memory. */
  readonly store?: StateStore;
}

/** Anything that a test may say of a document besides its resources. */
export interface DocumentOptions {
  readonly revision?: number;
  readonly title?: string;
  readonly user?: string;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** An engine on a machine, without a server: what it would be told and what it would say, at hand. */
export class EngineBench {
  readonly store: StateStore;
  readonly reports: Report[] = [];
  engine: Engine;
  readonly #system: () => System;
  readonly #options: BenchOptions;
  readonly #paths: { home: string };
  #revision = 0;

  constructor(parts: { home: string; system: (store: StateStore) => System }, options: BenchOptions = {}) {
    this.#paths = parts;
    this.#system = () => parts.system(this.store);
    this.#options = options;
    this.store = options.store ?? openStateStore(':memory:');
    this.configure(options.settings ?? {});
    this.engine = this.#makeEngine(options.crash);
  }

  get home(): string {
    return this.#paths.home;
  }

  /** The number of the first user that is made. */
  get firstUid(): number {
    return firstUidOf(`${this.home}/node/sites`);
  }

  /** The folder of an app. */
  site(app: string): string {
    return `${this.home}/node/sites/${app}`;
  }

  configure(settings: Partial<NodeSettings>): void {
    this.store.settings.save('node', {
      drift: 'repair',
      checkInterval: 300,
      retention: 3600,
      grants: [ALLOWED],
      ...settings,
    });
  }

  /** A new agent on the same store and machine, as after a restart. */
  async restart(crash?: CrashPoints): Promise<void> {
    this.engine = this.#makeEngine(crash);
    await this.engine.start();
  }

  async apply(owner: OwnerKey, resources: readonly Resource[], options: DocumentOptions = {}): Promise<AppliedReport> {
    return this.do<AppliedReport>(this.applyWork(owner, resources, options));
  }

  applyWork(owner: OwnerKey, resources: readonly Resource[], options: DocumentOptions = {}): Work & { kind: 'apply' } {
    const { title = owner, user, secrets = {}, revision = ++this.#revision } = options;
    const lowered = resources.map((resource) => ({ resource, plugin: 'test', via: [] }) as unknown as LoweredResource);
    return { kind: 'apply', document: { owner, title, user, revision, generation: 1, resources: lowered, secrets } };
  }

  async remove(owner: OwnerKey, { purge = false } = {}): Promise<AppliedReport> {
    return this.do<AppliedReport>({ kind: 'remove', owner, title: owner, revision: ++this.#revision, purge });
  }

  async plan(owner: OwnerKey, resources: readonly Resource[], options: DocumentOptions = {}): Promise<PlannedReport> {
    const { document } = this.applyWork(owner, resources, options);
    return this.do<PlannedReport>({ kind: 'plan', request: `plan ${this.#revision}`, document });
  }

  /** Everything that a sweep says: what it checked, and its end. */
  async sweep(): Promise<{ swept: SweptReport; checked: CheckedReport[] }> {
    const from = this.reports.length;
    const swept = await this.do<SweptReport>({ kind: 'check', request: `check ${from}` });
    return { swept, checked: this.reports.slice(from).filter((report) => report.kind === 'checked') };
  }

  async act(
    work: Omit<Extract<Work, { kind: 'action' }>, 'kind' | 'title' | 'plugin' | 'secrets'>,
  ): Promise<ActedReport> {
    return this.do<ActedReport>({ kind: 'action', title: work.owner, plugin: 'test', secrets: {}, ...work });
  }

  /** Gives work and returns its last report. */
  async do<Answer extends Report>(work: Work): Promise<Answer> {
    const from = this.reports.length;
    this.engine.accept(work);
    await this.engine.settled();
    const answer = this.reports
      .slice(from)
      .filter(({ kind }) => kind !== 'progress' && kind !== 'checked' && kind !== 'measured')
      .at(-1);
    if (!answer) throw new Error(`Nothing was said of ${work.kind}`);
    return answer as Answer;
  }

  /** Gives several pieces of work at once and returns the reports of their ends, in the order of their owners. */
  async doAll(work: readonly (Work & { kind: 'apply' })[]): Promise<AppliedReport[]> {
    for (const piece of work) this.engine.accept(piece);
    await this.engine.settled();
    return work.map(({ document }) => {
      const report = this.reports.findLast((said) => said.kind === 'applied' && said.owner === document.owner);
      return report as AppliedReport;
    });
  }

  #makeEngine(crash: CrashPoints | undefined): Engine {
    const { uploads = {} } = this.#options;
    const folder = (name: string) => `${this.home}/node/${name}`;
    return new Engine({
      system: this.#system(),
      store: this.store,
      uploads: {
        upload: async (sha256) => {
          const bytes = uploads[sha256];
          if (!bytes) throw new Error('The server has no such upload');
          return Readable.from([bytes]);
        },
      },
      reports: {
        keep: (report) => void this.reports.push(report),
        tell: async (report) => void this.reports.push(report),
      },
      paths: {
        sites: folder('sites'),
        config: folder('config'),
        run: folder('run'),
        logs: folder('logs'),
        state: folder('state'),
      },
      trashFolder: `${this.home}/agent/trash`,
      log: pino({ level: process.env.AGENT_LOG ?? 'silent' }),
      released: () => undefined,
      crash,
    });
  }
}

/** The same on a simulated machine, which tests look at and act on by hand. */
export class SimulatedBench extends EngineBench {
  readonly machine: SimulatedMachine;
  readonly #connections: Connection[];

  constructor(options: BenchOptions = {}) {
    const machine = new SimulatedMachine(options);
    const connections: Connection[] = [];
    const system = () => {
      const connection = machine.connect();
      connections.push(connection);
      return connection.system;
    };
    super({ home: machine.home, system }, options);
    this.machine = machine;
    this.#connections = connections;
  }

  /** The machine as the current agent sees it. */
  get currentSystem(): System {
    return this.#current.system;
  }

  /** Ends the agent as `kill -9` would, in the middle of whatever it does. */
  kill(): void {
    this.#current.cut();
  }

  get #current(): Connection {
    return this.#connections.at(-1) as Connection;
  }
}
