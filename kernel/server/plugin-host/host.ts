import type { Hook, Permission } from '@freehold/sdk';
import { SwappingHookRunner } from '../hooks/hook-runner.ts';
import { HookSet } from '../hooks/hook-set.ts';
import { reasonOf } from './boundary/plugin-error.ts';
import { containEscapes } from './boundary/plugin-scope.ts';
import { PureFunctions } from './boundary/pure-functions.ts';
import { contribute } from './contribute.ts';
import type { PluginHostOptions } from './create-plugin-host.ts';
import { findPlugins } from './discovery/find-plugins.ts';
import type { FoundPlugin } from './discovery/found-plugin.ts';
import type { PluginHostLimits } from './limits.ts';
import { startPlugin } from './loading/start-plugin.ts';
import { newEntry, type PluginEntry } from './plugin-entry.ts';
import type {
  LoadedAppType,
  LoadedDriver,
  LoadedFeature,
  LoadedJob,
  LoadedLimit,
  LoadedRole,
  PluginHost,
  PluginStatus,
} from './plugin-host.ts';
import { pluginProblem, stateOf } from './plugin-problem.ts';
import { PluginSet } from './plugin-set.ts';
import { statusOf } from './plugin-status.ts';
import { PluginSurroundings } from './plugin-surroundings.ts';
import { type Resolution, resolvePlugins } from './resolution/resolve-plugins.ts';
import { Standing } from './standing.ts';
import { Supervisor } from './supervisor.ts';

type Options = Omit<Required<PluginHostOptions>, 'hooks' | 'limits'> & {
  readonly hooks: ReadonlyMap<string, Hook>;
  readonly limits: PluginHostLimits;
};

/**
 * Level-triggered: whatever changes, all plugins are resolved again, those that can start now are started, and what the
 * running ones contribute takes the place of what was there before.
 */
export class Host implements PluginHost {
  readonly hooks: SwappingHookRunner;
  readonly #options: Options;
  readonly #standing: Standing;
  readonly #supervisor: Supervisor;
  readonly #surroundings: PluginSurroundings;
  readonly #functions: PureFunctions;
  readonly #stopping = new AbortController();
  #entries: readonly PluginEntry[] = [];
  #resolutions: ReadonlyMap<FoundPlugin, Resolution> = new Map();
  #plugins = new PluginSet({
    appTypes: [],
    drivers: [],
    roles: [],
    jobs: [],
    limits: [],
    features: [],
    permissions: [],
  });
  #tapCycles: HookSet['cycles'] = [];
  #lastChange: Promise<unknown> = Promise.resolve();
  #letGo: () => void = () => undefined;

  constructor(options: Options) {
    const { clock, log, limits, records, verifyPurity } = options;
    this.#options = options;
    this.hooks = new SwappingHookRunner(new HookSet([], log));
    this.#standing = new Standing(records);
    this.#supervisor = new Supervisor(
      { strikes: limits.strikes, window: limits.strikeWindow, slowCalls: limits.slowCalls },
      clock,
      (plugin, reason) => void this.#quarantine(plugin, reason),
    );
    this.#surroundings = new PluginSurroundings({
      ...{ clock, log, limits },
      stopping: this.#stopping.signal,
      supervisor: this.#supervisor,
    });
    this.#functions = new PureFunctions({
      clock,
      log,
      verifyPurity,
      scopeOf: (plugin) => this.#surroundings.scopeOf(plugin),
      onCall: (where, slow) => this.#supervisor.recordCall(where, slow),
    });
  }

  load(): Promise<void> {
    return this.#change(async () => {
      this.#letGo();
      this.#letGo = containEscapes();
      const found = await findPlugins(this.#options.folders);
      this.#entries = found.map(newEntry);
      await this.#standing.load(found);
      await this.#converge();
      this.#logReport();
    });
  }

  list(): readonly PluginStatus[] {
    const statuses = this.#entries.map((entry) => this.#statusOf(entry));
    return statuses.sort((a, b) => (`${a.id} ${a.folder}` < `${b.id} ${b.folder}` ? -1 : 1));
  }

  appTypes(): readonly LoadedAppType[] {
    return this.#plugins.appTypes;
  }

  findAppType(id: string): LoadedAppType | undefined {
    return this.#plugins.findAppType(id);
  }

  findDriver(resourceType: string): LoadedDriver | undefined {
    return this.#plugins.findDriver(resourceType);
  }

  findRole(plugin: string): LoadedRole | undefined {
    return this.#plugins.findRole(plugin);
  }

  limits(): readonly LoadedLimit[] {
    return this.#plugins.limits;
  }

  features(): readonly LoadedFeature[] {
    return this.#plugins.features;
  }

  permissions(): readonly Permission[] {
    return this.#plugins.permissions;
  }

  jobs(): readonly LoadedJob[] {
    return this.#plugins.jobs;
  }

  reset(plugin: string): Promise<PluginStatus> {
    return this.#change(async () => {
      const entry = this.#entryOf(plugin);
      await this.#standing.release(plugin);
      this.#supervisor.forget(plugin);
      entry.taps = this.#surroundings.makeTaps(entry);
      await this.#converge();
      return this.#statusOf(entry);
    });
  }

  approve(plugin: string): Promise<PluginStatus> {
    return this.#change(async () => {
      const entry = this.#entryOf(plugin);
      if (entry.found.manifest) await this.#standing.grant(entry.found);
      await this.#converge();
      return this.#statusOf(entry);
    });
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#lastChange.catch(() => undefined);
    this.#letGo();
  }

  /** Starts what can be started, which may let others start, until nothing changes. A plugin that hangs holds up nobody. */
  async #converge(): Promise<void> {
    const starting = new Map<PluginEntry, Promise<void>>();
    for (;;) {
      this.#resolve();
      this.#publish();
      for (const entry of this.#entries)
        if (!starting.has(entry) && this.#canStart(entry))
          starting.set(
            entry,
            this.#start(entry).finally(() => starting.delete(entry)),
          );
      if (starting.size === 0) break;
      await Promise.race(starting.values());
    }
  }

  #resolve(): void {
    const { engineVersion, hooks } = this.#options;
    const failures = new Map(this.#entries.map((entry) => [entry.found, entry.failures]));
    this.#resolutions = resolvePlugins([...failures.keys()], {
      engineVersion,
      hooks,
      furtherProblems: (plugin) => [...(failures.get(plugin) ?? []), ...this.#standing.problemsOf(plugin)],
    });
  }

  #canStart(entry: PluginEntry): boolean {
    const resolution = this.#resolutions.get(entry.found);
    if (!resolution || stateOf(resolution.problems) || entry.started || entry.failures.length > 0) return false;
    return resolution.needs.every((need) => this.#entries.some(({ found, started }) => started && found.id === need));
  }

  async #start(entry: PluginEntry): Promise<void> {
    const { records, hooks, clock, limits } = this.#options;
    entry.stage = 'resolved';
    const result = await startPlugin(entry.found, {
      records,
      hooks,
      limit: { clock, milliseconds: limits.importTimeout, stopping: this.#stopping.signal },
      scope: this.#surroundings.scopeOf(entry.found.id),
      onStage: (stage) => {
        entry.stage = stage;
      },
    });
    if ('problems' in result) {
      entry.failures = result.problems;
      return;
    }
    entry.started = result.started;
    entry.taps = this.#surroundings.makeTaps(entry);
  }

  #publish(): void {
    const running = this.#entries.filter((entry) => entry.started && !stateOf(this.#problemsOf(entry)));
    for (const entry of running) entry.stage = 'running';
    const { plugins, hooks } = contribute(running, {
      log: this.#options.log,
      functions: this.#functions,
      surroundings: this.#surroundings,
      driversOf: (entry) => this.#resolutions.get(entry.found)?.drivers ?? [],
    });
    this.#plugins = plugins;
    this.#tapCycles = hooks.cycles;
    this.hooks.swap(hooks);
  }

  /** Takes the plugin out at once, and those that need it. */
  async #quarantine(plugin: string, reason: string): Promise<void> {
    const { log } = this.#options;
    log.error({ plugin, reason }, 'A plugin was quarantined');
    const recorded = this.#standing.quarantine(plugin, reason);
    this.#resolve();
    this.#publish();
    await recorded.catch((error) => log.error({ plugin, error: reasonOf(error) }, 'A quarantine was not recorded'));
  }

  #statusOf(entry: PluginEntry): PluginStatus {
    return statusOf(entry, this.#problemsOf(entry));
  }

  #problemsOf({ found }: PluginEntry): Resolution['problems'] {
    const inOrder = this.#tapCycles.filter(({ plugins }) => plugins.includes(found.id));
    const cycles = inOrder.map(({ hook, plugins }) =>
      pluginProblem('tap-order', `Its tap of ${hook} waits for itself: ${[...plugins, plugins[0]].join(' → ')}.`),
    );
    return [...(this.#resolutions.get(found)?.problems ?? found.problems), ...cycles];
  }

  /** Of several with the same id, the one that could run. */
  #entryOf(plugin: string): PluginEntry {
    const entries = this.#entries.filter(({ found }) => found.id === plugin);
    const entry = entries.find(({ found }) => found.manifest) ?? entries[0];
    if (!entry) throw new Error(`There is no plugin ${plugin}`);
    return entry;
  }

  #logReport(): void {
    const statuses = this.list();
    for (const { id, state, problems } of statuses)
      if (state !== 'running') this.#options.log.warn({ plugin: id, state, problems }, 'A plugin does not run');
    const running = statuses.filter(({ state }) => state === 'running').map(({ id }) => id);
    this.#options.log.info({ running, found: statuses.length }, 'Plugins were loaded');
  }

  /** One change after the other. */
  #change<Result>(run: () => Promise<Result>): Promise<Result> {
    const result = this.#lastChange.then(run, run);
    this.#lastChange = result.catch(() => undefined);
    return result;
  }
}
