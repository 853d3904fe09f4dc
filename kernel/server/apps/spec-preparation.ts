import { appSpec, type Link, type Problem, type Use } from '@freehold/sdk';
import { type ClaimedName, findClaimedNames } from '../domains/domain.service.ts';
import { invalid, problem } from '../errors/problem.ts';
import { computeUses } from '../packages/uses.ts';
import type { LoadedAppType, PluginHost } from '../plugin-host/plugin-host.ts';
import { checkApp, computeLinks, migrateSpec, type Tools } from '../reconcile/compute.ts';
import { blame, ComputeError } from '../reconcile/compute-error.ts';
import type { AppState, NodeState } from '../reconcile/inputs.ts';
import { placeholderProblems } from '../reconcile/outputs.ts';

/** A spec that has passed everything that can be said about it without the node. */
export interface PreparedSpec {
  readonly spec: Record<string, unknown>;
  readonly names: readonly ClaimedName[];
  readonly links: readonly Link[];
  /** What it takes of its tenant's entitlement. */
  readonly uses: readonly Use[];
}

/** Lets plugins amend a spec, and checks it: against its schema, by its app type, and by the drivers of what it uses. */
export class SpecPreparation {
  readonly #plugins: PluginHost;
  readonly #tools: Tools;

  constructor(needs: { plugins: PluginHost; tools: Tools }) {
    this.#plugins = needs.plugins;
    this.#tools = needs.tools;
  }

  /** @throws ProblemError app-type-not-found */
  getType(id: string): LoadedAppType {
    const type = this.#plugins.findAppType(id);
    if (!type) throw problem('app-type-not-found', { type: id });
    return type;
  }

  /** @throws ProblemError invalid-request with every problem, pointers below `/spec` */
  async prepare(type: LoadedAppType, spec: unknown, app: Pick<AppState, 'tenant'>): Promise<Record<string, unknown>> {
    const given = type.validateSpec(spec);
    const problems = given.problems.length > 0 ? given.problems : placeholderProblems(given.spec);
    if (problems.length > 0) throw invalid(below('/spec', problems));
    const wish = { tenant: app.tenant, type: type.id, spec: given.spec };
    const amended = await this.#plugins.hooks.filter(appSpec, wish, ({ spec }) => type.validateSpec(spec).problems);
    return type.validateSpec(amended.spec).spec;
  }

  /** The stored spec, brought to the version that its type has now. */
  migrate(type: LoadedAppType, app: Pick<AppState, 'spec' | 'specVersion'>): Promise<Record<string, unknown>> {
    return this.#ask(() => migrateSpec(type, app), { ...app.spec });
  }

  /** What the plugins say of the app on its node. Without facts of the node there is nothing to ask yet. */
  async check(type: LoadedAppType, app: AppState, node: NodeState | undefined): Promise<PreparedSpec> {
    const names = findClaimedNames(type.spec, app.spec);
    const uses = await this.findUses(type, app, names);
    if (!node) return { spec: app.spec, names, uses, links: [] };
    if (isReadyFor(type, node)) {
      const problems = await this.#ask(() => checkApp(app, node, this.#tools), []);
      if (problems.length > 0) throw invalid(below('/spec', problems));
    }
    const links = await this.#ask(() => computeLinks(app, node, this.#tools), []);
    return { spec: app.spec, names, uses, links };
  }

  /** What the app takes of its tenant's entitlement. Its spec is of the version that its type has now. */
  findUses(
    type: LoadedAppType,
    app: Pick<AppState, 'id' | 'name' | 'tenant' | 'spec'>,
    names = findClaimedNames(type.spec, app.spec),
  ): Promise<readonly Use[]> {
    return this.#ask(() => blame(type.plugin.id, 'uses', () => computeUses(type, app, names)), []);
  }

  /**
   * A function that throws on these values would throw on the node's behalf too: nothing is half made. Whatever else is wrong with a
   * plugin is no fault of the values, and becomes a condition of the app.
   */
  async #ask<T>(ask: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ComputeError)) throw error;
      if (error.reason !== 'PluginFailed') return otherwise;
      throw problem('plugin-cannot-compute', { plugin: error.plugin, reason: error.message }, { cause: error });
    }
  }
}

/** Before its roles were in sync once, a node has not said what it can do. */
export function isReadyFor(type: LoadedAppType, node: NodeState): boolean {
  return type.requires.every((plugin) => node.plugins.get(plugin)?.ready);
}

function below<P extends Problem>(prefix: string, problems: readonly P[]): P[] {
  return problems.map((one) => ({ ...one, pointer: prefix + one.pointer }));
}
