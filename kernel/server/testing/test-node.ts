import type {
  Change,
  ExchangeRequest,
  ExchangeResponse,
  NodeFacts,
  Outcome,
  Report,
  Step,
  Work,
} from '@freehold/sdk/protocol';
import type { Server } from '../server.ts';
import type { NodeId } from '../store/ids.ts';

const facts: NodeFacts = {
  privileged: true,
  user: 'root',
  paths: { sites: '/srv/sites', config: '/srv/config', run: '/srv/run', logs: '/srv/logs', state: '/srv/state' },
  ports: { http: 8080, https: 8443 },
  os: { id: 'debian', version: '12', arch: 'x64' },
  cpus: 2,
  memoryBytes: 4e9,
  ipv6: true,
  agentVersion: '0.1.0',
  hostname: 'node.test',
  addresses: ['127.0.0.1'],
  serviceManager: 'agent',
  diskBytes: 1e11,
  diskFreeBytes: 5e10,
  warnings: [],
};

/** A node whose agent is the test: it says what it likes, and sees what the server asks of it. */
export class TestNode {
  readonly id: NodeId;
  readonly key: string;
  readonly #server: Server;
  readonly #observed = new Map<string, Record<string, unknown>>();
  /** Outcomes by the title of the owner; in sync unless told otherwise. */
  readonly outcomes = new Map<string, Outcome>();
  /** All work that was settled, in order. */
  readonly done: Work[] = [];
  #clock = 0;
  readonly #gone = new AbortController();
  readonly #waiting = new Set<Promise<unknown>>();
  #settingsVersion = '';

  private constructor(server: Server, id: NodeId, key: string) {
    this.#server = server;
    this.id = id;
    this.key = key;
  }

  static async enrol(server: Server, token: string): Promise<TestNode> {
    const { node, key } = await server.enrolment.enrol({ token, hostname: 'node.test' });
    const id = await server.enrolment.authenticate(key);
    const made = new TestNode(server, node === id ? id : id, key);
    await made.exchange({ facts });
    return made;
  }

  /** The same node, as it is now, for another test. */
  again(): TestNode {
    const node = new TestNode(this.#server, this.id, this.key);
    for (const [owner, observed] of this.#observed) node.observe(owner, observed);
    node.#settingsVersion = this.#settingsVersion;
    return node;
  }

  /** Waits for nothing any more. */
  async leave(): Promise<void> {
    this.#gone.abort();
    await Promise.allSettled(this.#waiting);
  }

  /** One exchange that does not wait unless told to. */
  async exchange(
    request: Partial<ExchangeRequest> = {},
    signal = new AbortController().signal,
  ): Promise<ExchangeResponse> {
    const settingsVersion = this.#settingsVersion;
    const whole = {
      protocol: 1,
      boot: 'boot-1',
      reports: [],
      inHand: [],
      wait: 0,
      settingsVersion,
      ...request,
    } as const;
    const leaving = AbortSignal.any([signal, this.#gone.signal]);
    const answer = this.#server.exchange.exchange(this.id, whole, leaving);
    this.#waiting.add(answer);
    const response = await answer.finally(() => this.#waiting.delete(answer));
    this.#settingsVersion = response.settingsVersion;
    return response;
  }

  /** What the server asks of it now, taking nothing in hand. */
  async work(inHand: readonly string[] = []): Promise<readonly Work[]> {
    const over = new AbortController();
    over.abort();
    return (await this.exchange({ inHand, wait: 1 }, over.signal)).work;
  }

  /** Reports of an owner will say this from now on. */
  observe(owner: string, observed: Record<string, unknown>): void {
    this.#observed.set(owner, observed);
  }

  /** Does what the server asks, and reports it, until there is nothing more. Gives what it did. */
  async settle(): Promise<Work[]> {
    const done: Work[] = [];
    for (let round = 0; round < 20; round++) {
      const work = await this.work();
      const reports = work.flatMap((one) => this.report(one) ?? []);
      if (reports.length === 0) return done;
      done.push(...work);
      this.done.push(...work);
      await this.exchange({ reports });
    }
    throw new Error('The node does not settle.');
  }

  /** The report that says that the work was done, or failed as the test wants it. */
  report(work: Work, more: { outcome?: Outcome; steps?: readonly Step[] } = {}): Report | undefined {
    const times = { startedAt: this.now(), finishedAt: this.now() };
    const { steps = [step('create', 'directory:/srv')] } = more;
    switch (work.kind) {
      case 'apply': {
        const { owner, revision, generation, title } = work.document;
        const outcome = more.outcome ?? this.outcomes.get(title) ?? { kind: 'inSync' };
        return {
          kind: 'applied',
          owner,
          revision,
          generation,
          outcome,
          steps,
          observed: this.#observed.get(owner) ?? {},
          ...times,
        };
      }
      case 'remove': {
        const { owner, revision } = work;
        const outcome = more.outcome ?? { kind: 'inSync' };
        return { kind: 'applied', owner, revision, generation: 0, outcome, steps, observed: {}, ...times };
      }
      case 'plan':
        return { kind: 'planned', request: work.request, changes: [change('create', 'file:/srv/x')], problems: [] };
      case 'action':
        return {
          ...{ kind: 'acted', operation: work.operation, steps, ...times },
          ...{ outcome: more.outcome ?? { kind: 'inSync' }, output: { tidy: ['tidied'] } },
        };
      case 'check':
        return {
          kind: 'swept',
          request: work.request,
          owners: 1,
          resources: 2,
          changes: 0,
          at: this.now(),
          milliseconds: 3,
        };
      case 'log':
        return { kind: 'log', request: work.request, sequence: 0, lines: ['one', 'two'], end: true };
    }
  }

  /** Later every time it is asked. */
  now(): string {
    this.#clock += 1;
    return new Date(Date.UTC(2026, 0, 1) + this.#clock).toISOString();
  }
}

export function change(action: Change['action'], resource: string, summary = 'made'): Change {
  return { action, resource, summary };
}

export function step(action: Change['action'], resource: string, more: Partial<Step> = {}): Step {
  return { ...change(action, resource), state: 'done', milliseconds: 1, ...more };
}
