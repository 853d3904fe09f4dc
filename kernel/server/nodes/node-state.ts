import type { LoadedAppType, PluginHost } from '../plugin-host/plugin-host.ts';
import { type EnabledPlugin, type NodeState, nodeInput } from '../reconcile/inputs.ts';
import { Node, NodePlugin, Reconciliation } from '../store/entities/index.ts';
import type { NodeId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';

/** What documents for the node are computed from; undefined as long as its agent has never been heard of. */
export async function loadNodeState(
  reader: Transaction,
  id: NodeId,
  plugins: PluginHost,
): Promise<NodeState | undefined> {
  const node = await reader.findOneOrFail(Node, { id });
  if (!node.facts) return undefined;
  const enabled = await reader.find(NodePlugin, { node: id });
  const roles = await reader.find(Reconciliation, { node: id, plugin: { $ne: null } });
  const byPlugin = new Map(roles.map((row) => [row.plugin, row]));
  return {
    input: nodeInput(node.id, node.name, node.facts),
    plugins: new Map(enabled.map((one) => [one.plugin, enabledPlugin(one, byPlugin.get(one.plugin), plugins)])),
  };
}

function enabledPlugin(one: NodePlugin, row: Reconciliation | undefined, plugins: PluginHost): EnabledPlugin {
  const role = plugins.findRole(one.plugin);
  return {
    config: role?.validateConfig(one.config).config ?? one.config,
    capabilities: one.capabilities,
    observed: row?.observed ?? {},
    ready: row ? row.inSyncOnce : true,
    busy: row ? row.revision > row.handledRevision : false,
  };
}

/** Plugins that apps of the type need and that are not enabled. */
export function missingPlugins(type: LoadedAppType, enabled: Iterable<string>): string[] {
  const found = new Set(enabled);
  return type.requires.filter((plugin) => !found.has(plugin));
}
