import { appPlacement } from '@freehold/sdk';
import { problem } from '../errors/problem.ts';
import { missingPlugins } from '../nodes/node-state.ts';
import type { LoadedAppType, PluginHost } from '../plugin-host/plugin-host.ts';
import type { NodeId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';

export interface PlacementWish {
  readonly tenant: string;
  /** Id or name of a node. */
  readonly node?: string;
}

interface Candidate {
  readonly id: NodeId;
  readonly name: string;
  readonly plugins: readonly string[];
  readonly apps: number;
}

/** Chooses the node of a new app: the one that was asked for, the one a plugin says, or the one with the fewest apps. */
export class Placement {
  readonly #store: Store;
  readonly #plugins: PluginHost;

  constructor(needs: { store: Store; plugins: PluginHost }) {
    this.#store = needs.store;
    this.#plugins = needs.plugins;
  }

  /** @throws ProblemError no-node-for-app-type, node-not-found, node-lacks-plugins */
  async choose(type: LoadedAppType, { tenant, node }: PlacementWish): Promise<NodeId> {
    const nodes = await this.#loadNodes();
    if (node !== undefined) return getWanted(nodes, node, type);
    const candidates = nodes.filter(({ plugins }) => missingPlugins(type, plugins).length === 0);
    const [first] = candidates;
    if (!first) throw problem('no-node-for-app-type', { type: type.id, plugins: type.requires.join(', ') });
    const chosen = candidates.length > 1 ? await this.#ask(type, tenant, candidates) : undefined;
    return chosen ?? candidates.reduce((least, one) => (one.apps < least.apps ? one : least), first).id;
  }

  async #ask(type: LoadedAppType, tenant: string, candidates: readonly Candidate[]): Promise<NodeId | undefined> {
    const answer = await this.#plugins.hooks.first(appPlacement, {
      tenant,
      type: type.id,
      candidates: candidates.map(({ id, name, apps }) => ({ id, name, apps })),
    });
    return candidates.find(({ id }) => id === answer)?.id;
  }

  #loadNodes(): Promise<Candidate[]> {
    return this.#store.reader().execute<Candidate[]>(
      `select n.id, n.name,
         coalesce((select json_agg(p.plugin) from kernel.node_plugin p where p.node = n.id), '[]') as plugins,
         (select count(*)::int from kernel.app a where a.node = n.id and a.lifecycle = 'present') as apps
       from kernel.node n order by n.id`,
    );
  }
}

function getWanted(nodes: readonly Candidate[], wanted: string, type: LoadedAppType): NodeId {
  const found = nodes.find(({ id, name }) => id === wanted || name === wanted);
  if (!found) throw problem('node-not-found', { node: wanted });
  const missing = missingPlugins(type, found.plugins);
  if (missing.length > 0)
    throw problem('node-lacks-plugins', { node: found.name, type: type.id, plugins: missing.join(', ') });
  return found.id;
}
