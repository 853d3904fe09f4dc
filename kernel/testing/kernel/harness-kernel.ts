import {
  type Condition,
  type NewApp,
  type PluginTrouble,
  type TestApp,
  type TestEvent,
  type TestKernel,
  TestKernelError,
  type TestRequest,
  type TestResponse,
  type TestTenant,
} from '@freehold/sdk/testing';
import type { SimulatedMachine } from '../machine/index.ts';
import type { Api } from './api.ts';
import { type Begun, loadAppRecords, loadOperation } from './app-records.ts';
import type { BellLink } from './bell-link.ts';
import { converge } from './convergence.ts';
import { HarnessApp } from './harness-app.ts';
import { keepingAlive } from './keep-alive.ts';
import type { MortalAgent } from './mortal-agent.ts';
import { makeOutdated, migratedSpec } from './outdated-app.ts';
import type { SharedServer } from './shared-server.ts';
import { SimulatedNode } from './simulated-node.ts';
import { refuseUnstable } from './stability.ts';
import { KernelTime } from './time.ts';
import { Together } from './together.ts';

export interface KernelParts {
  readonly machine: SimulatedMachine;
  readonly shared: SharedServer;
  readonly link: BellLink;
  readonly agent: MortalAgent;
  readonly api: Api;
  readonly giveBack: () => Promise<void>;
}

type Spec = Readonly<Record<string, unknown>>;
type Config = Readonly<Record<string, Spec>>;

/** The whole kernel as a test sees it. */
export class HarnessKernel implements TestKernel {
  readonly #parts: KernelParts;
  readonly #apps = new Map<string, HarnessApp>();
  readonly #forget: () => void;
  readonly #convergence = new Together(() => this.#converge());
  #made = 0;
  readonly node: SimulatedNode;
  readonly clock: KernelTime;
  readonly http = { inject: (request: TestRequest): Promise<TestResponse> => this.#parts.api.inject(request) };
  readonly tenants = { create: (tenant: object): Promise<TestTenant> => this.#createTenant(tenant) };
  readonly apps: TestKernel['apps'] = {
    create: ((type: string | { id: string }, spec: Spec = {}, more: NewApp = {}) =>
      this.#createApp(typeof type === 'string' ? type : type.id, spec, more)) as TestKernel['apps']['create'],
    list: () => [...this.#apps.values()],
  };

  constructor(parts: KernelParts) {
    this.#parts = parts;
    const { machine, agent, link, api, shared } = parts;
    const again = () => this.converge();
    const nameOf = (owner: string) => this.#apps.get(owner.slice('app:'.length))?.name ?? owner.slice('role:'.length);
    this.node = new SimulatedNode({ machine, agent, link, api, nameOf, converge: again });
    this.clock = new KernelTime({ machine, server: shared.server, link, agent, converge: again });
    this.#forget = shared.server.foundation.notifications.on('freehold_work', () => link.ring());
  }

  get problems(): readonly PluginTrouble[] {
    const statuses = this.#parts.shared.server.foundation.plugins.list();
    return statuses
      .filter(({ state }) => state !== 'running')
      .map(({ id, state, reason, problems }) => ({ plugin: id, state, reason, problems }));
  }

  async events(): Promise<readonly TestEvent[]> {
    const events: TestEvent[] = [];
    for (let cursor = ''; ; ) {
      const url = `/v1/events?limit=200${cursor && `&cursor=${cursor}`}`;
      const headers = { accept: 'application/json' };
      const page = await this.#parts.api.call<{ items: TestEvent[]; next: string | null }>({ url, headers });
      events.push(...page.items.map(({ type, data }) => ({ type, data })));
      if (page.next === null) return events;
      cursor = page.next;
    }
  }

  async runJob(plugin: string, job: string): Promise<void> {
    const jobs = this.#parts.shared.server.foundation.plugins.jobs();
    const found = jobs.find((one) => one.plugin.id === plugin && one.id === job);
    if (!found) throw new Error(`Plugin ${plugin} has no job ${job}.`);
    await keepingAlive(() => found.run());
    await this.converge();
  }

  async configure(plugin: string, config: Spec): Promise<void> {
    await this.#enable(plugin, config);
    await this.converge();
    await this.#refuseUnready();
  }

  /** All that run, with what the test configured. Those that others need come first. */
  async enablePlugins(config: Config): Promise<void> {
    const running = this.#parts.shared.server.foundation.plugins.list().filter(({ state }) => state === 'running');
    await this.#enableAll(
      running.map(({ id }) => id),
      config,
    );
    const unknown = Object.keys(config).filter((id) => !running.some((plugin) => plugin.id === id));
    if (unknown.length > 0) throw new Error(`config names ${unknown.join(', ')}, which is no plugin that runs.`);
    await this.converge();
    await this.#refuseUnready();
  }

  converge(): Promise<void> {
    return keepingAlive(() => this.#convergence.next());
  }

  async close(): Promise<void> {
    const { agent, link, giveBack } = this.#parts;
    this.#forget();
    link.reachability.isOpen = true;
    await keepingAlive(async () => {
      await agent.stop();
      await giveBack();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #converge(): Promise<void> {
    const { link } = this.#parts;
    await converge(this.#parts);
    const applied = link.records.takeApplied();
    await this.#refresh();
    const planAnew = async (app: string) => (await this.#apps.get(app)?.plan()) ?? [];
    if (link.reachability.isOpen && applied.length > 0) await refuseUnstable(applied, { link, planAnew });
  }

  async #createTenant(tenant: object): Promise<TestTenant> {
    const { id, name } = await this.#parts.api.call<TestTenant>({ method: 'POST', url: '/v1/tenants', body: tenant });
    return { id, name };
  }

  async #createApp(type: string, spec: Spec, more: NewApp): Promise<TestApp> {
    const { name = `${type}-${++this.#made}`, tenant, specVersion } = more;
    if (specVersion !== undefined) return this.#createOutdated(type, spec, { ...more, specVersion });
    const { api, agent, link, machine, shared } = this.#parts;
    const body = { type, name, spec, ...(tenant ? { tenant: tenant.id } : {}) };
    const { operation, ...record } = await api.call<Begun>({ method: 'POST', url: '/v1/apps', body }, '/spec');
    const app = new HarnessApp(record, {
      api,
      sites: machine.paths.sites,
      store: () => agent.store,
      converge: () => this.converge(),
      loadOperation: (id) => loadOperation(shared.server.foundation, id),
      observed: (owner) => link.records.observed.get(owner) ?? {},
    });
    this.#apps.set(app.id, app);
    await app.finish(operation);
    return app;
  }

  /** The API refuses those whose turn has not come: they are tried again after the others. */
  async #enableAll(plugins: readonly string[], config: Config): Promise<void> {
    const refusals = new Map<string, unknown>();
    for (const plugin of plugins)
      await this.#enable(plugin, config[plugin] ?? {}).catch((error) => {
        if (error.code !== 'plugin-requires') throw error;
        refusals.set(plugin, error);
      });
    if (refusals.size === plugins.length) for (const refusal of refusals.values()) throw refusal;
    if (refusals.size > 0) await this.#enableAll([...refusals.keys()], config);
  }

  async #createOutdated(
    type: string,
    spec: Spec,
    { specVersion, ...more }: NewApp & { specVersion: number },
  ): Promise<TestApp> {
    const { foundation } = this.#parts.shared.server;
    const app = await this.#createApp(type, await migratedSpec(foundation, type, { spec, specVersion }), more);
    await makeOutdated(foundation, app.id, { spec, specVersion });
    await this.converge();
    if (!app.ready) throw new TestKernelError(`${app.name}: ${app.conditions[0]?.message}`, { code: 'outdated', app });
    return app;
  }

  async #enable(plugin: string, config: Spec): Promise<void> {
    const request = { method: 'PUT', url: `/v1/nodes/local/plugins/${plugin}`, body: { config } } as const;
    await this.#parts.api.call(request, '/config');
  }

  async #refuseUnready(): Promise<void> {
    const url = '/v1/nodes/local/plugins';
    const { items } = await this.#parts.api.call<{ items: { plugin: string; conditions: Condition[] }[] }>({ url });
    const unready = items.flatMap(({ plugin, conditions }) =>
      conditions.filter(({ type, status }) => type === 'Ready' && status !== 'True').map((one) => ({ plugin, ...one })),
    );
    const [first] = unready;
    if (!first) return;
    const lines = unready.map(({ plugin, reason, message }) => `  ${plugin}: ${reason}: ${message}`);
    throw new TestKernelError(`The node cannot be set up:\n${lines.join('\n')}`, { code: first.reason });
  }

  async #refresh(): Promise<void> {
    if (this.#apps.size === 0) return;
    const found = await loadAppRecords(this.#parts.shared.server.foundation, [...this.#apps.keys()]);
    for (const [id, app] of this.#apps) {
      app.update(found.get(id));
      if (!found.has(id)) this.#apps.delete(id);
    }
  }
}
