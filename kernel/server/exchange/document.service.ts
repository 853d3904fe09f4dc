import type { Link } from '@freehold/sdk';
import type { StateDocument } from '@freehold/sdk/protocol';
import { loadReleases, toAppState } from '../apps/app-state.ts';
import { sameJson } from '../json/same-json.ts';
import type { LoadedAppType, PluginHost } from '../plugin-host/plugin-host.ts';
import { type Computed, computeApp, computeLinks, computeRole, type Tools } from '../reconcile/compute.ts';
import { ComputeError } from '../reconcile/compute-error.ts';
import { type AppState, appIdentity, findUnsettled, type NodeState } from '../reconcile/inputs.ts';
import type { SecretService } from '../secrets/secret.service.ts';
import { App, type Proposal, type Reconciliation } from '../store/entities/index.ts';
import type { AppId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';

/** What a document will say, or why there is none. The secrets are not in it yet. */
export type Computation =
  | { readonly row: Reconciliation; readonly draft: Draft }
  | { readonly row: Reconciliation; readonly error: ComputeError };

export interface Draft {
  readonly title: string;
  readonly generation: number;
  readonly user?: string;
  readonly computed: Computed;
  /** Where people find the app, when that is no longer what is stored: the node may have other ports. */
  readonly links?: readonly Link[];
}

/** What the documents of a batch are computed from: read with a few queries, however many there are. */
interface Sources {
  readonly node: NodeState;
  readonly apps: ReadonlyMap<AppId, { app: App; state: AppState }>;
}

/** Computes what must exist on nodes. */
export class DocumentService {
  readonly #plugins: PluginHost;
  readonly #secrets: SecretService;
  readonly #tools: Tools;

  constructor(needs: { plugins: PluginHost; secrets: SecretService; tools: Tools }) {
    this.#plugins = needs.plugins;
    this.#secrets = needs.secrets;
    this.#tools = needs.tools;
  }

  /** In the order of the rows. One that cannot be computed does not stop the others. */
  async compute(reader: Transaction, rows: readonly Reconciliation[], node: NodeState): Promise<Computation[]> {
    const sources = { node, apps: await loadApps(reader, rows) };
    return Promise.all(rows.map((row) => this.#computeOne(row, sources)));
  }

  /** With a proposal in the place of what is stored. @throws ComputeError */
  async propose(reader: Transaction, row: Reconciliation, { node, proposal }: Proposed): Promise<Draft> {
    return this.#draft(row, { node, proposal, apps: await loadApps(reader, [row]) });
  }

  /** The document itself. Secrets that are asked for the first time are made. */
  async complete(tx: Transaction, { owner, revision }: Reconciliation, draft: Draft): Promise<StateDocument> {
    const { title, generation, user, computed } = draft;
    return {
      owner,
      title,
      ...(user !== undefined && { user }),
      revision,
      generation,
      resources: computed.resources,
      secrets: await this.#secrets.ensure(tx, owner, computed.secrets),
    };
  }

  /** App types whose plugins are all ready on the node, with nothing left to do for their roles. */
  readyTypes(node: NodeState): LoadedAppType[] {
    return this.#plugins.appTypes().filter(({ requires }) => findUnsettled(node, requires).length === 0);
  }

  async #computeOne(row: Reconciliation, sources: Sources): Promise<Computation> {
    try {
      return { row, draft: await this.#draft(row, sources) };
    } catch (error) {
      if (error instanceof ComputeError) return { row, error };
      throw error;
    }
  }

  async #draft(row: Reconciliation, { node, apps, proposal = {} }: Sources & { proposal?: Proposal }): Promise<Draft> {
    if (row.plugin) return this.#role(row, row.plugin, { node, proposal });
    const found = row.app && apps.get(row.app);
    if (!found) throw new ComputeError('OwnerUnknown', `There is no app ${row.app}.`);
    const { app, state } = found;
    // A proposal is of the version that its type has now: it was checked against its schema.
    const specVersion = proposal.spec ? this.#plugins.findAppType(app.type)?.specVersion : undefined;
    const wanted = { ...state, ...proposal, specVersion: specVersion ?? state.specVersion };
    const links = await computeLinks(wanted, node, this.#tools);
    return {
      title: app.name,
      generation: app.generation,
      user: appIdentity(state, node.input).user,
      computed: await computeApp(wanted, node, this.#tools),
      ...(!sameJson(links, app.links) && { links }),
    };
  }

  async #role(row: Reconciliation, plugin: string, { node, proposal }: Proposed): Promise<Draft> {
    const status = this.#plugins.list().find(({ id }) => id === plugin);
    const config = proposal.config ?? node.plugins.get(plugin)?.config ?? {};
    const capabilities = node.plugins.get(plugin)?.capabilities ?? status?.capabilities ?? {};
    const enabled = { config, capabilities, observed: row.observed, ready: true, busy: false };
    // A plan may be about a plugin that is not enabled yet.
    const proposed = { ...node, plugins: new Map(node.plugins).set(plugin, enabled) };
    const computed = await computeRole({ plugin, config, observed: row.observed }, proposed, this.#tools);
    return { title: status?.displayName ?? plugin, generation: row.revision, computed };
  }
}

interface Proposed {
  readonly node: NodeState;
  readonly proposal: Proposal;
}

async function loadApps(tx: Transaction, rows: readonly Reconciliation[]): Promise<Sources['apps']> {
  const ids = rows.flatMap(({ app }) => app ?? []);
  if (ids.length === 0) return new Map();
  const apps = await tx.find(App, { id: { $in: ids } }, { populate: ['tenant'] });
  const releases = await loadReleases(tx, ids);
  const observed = new Map(rows.map((row) => [row.app, row]));
  return new Map(
    apps.map((app) => {
      const row = observed.get(app.id) ?? { observed: {} };
      return [app.id, { app, state: toAppState(app, row, releases.get(app.id) ?? []) }];
    }),
  );
}
