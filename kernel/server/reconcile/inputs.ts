import type {
  AppIdentity,
  AppInput,
  Capabilities,
  NodeInput,
  Observed,
  OwnerInput,
  Releases,
  SecretSource,
} from '@freehold/sdk';
import type { CapabilityScope, NodeFacts, OwnerKey } from '@freehold/sdk/protocol';

/** What is known of one node when documents are computed for it. */
export interface NodeState {
  readonly input: NodeInput;
  readonly plugins: ReadonlyMap<string, EnabledPlugin>;
}

export interface EnabledPlugin {
  readonly config: Readonly<Record<string, unknown>>;
  /** What the hoster approved. */
  readonly capabilities: Capabilities;
  /** What the node reported of the plugin's role. */
  readonly observed: Observed;
  /** Whether the node has been as the role wants it at least once; true when the plugin has no role. */
  readonly ready: boolean;
  /** Whether the node still has to make what the role wants now; what needs the role waits for it. */
  readonly busy: boolean;
}

/** Of the plugins that an app needs, those whose roles the node still has to set up, or to change. */
export function findUnsettled({ plugins }: NodeState, required: readonly string[]): string[] {
  return required.filter((id) => {
    const plugin = plugins.get(id);
    return !plugin?.ready || plugin.busy;
  });
}

/** An app as its document is computed from. */
export interface AppState {
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  readonly type: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly specVersion: number;
  readonly suspended: boolean;
  readonly releases: Releases;
  readonly observed: Observed;
}

export interface RoleState {
  readonly plugin: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly observed: Observed;
}

/** Whose document it is, as its drivers and the capability check see it. */
export interface Owner {
  readonly key: OwnerKey;
  readonly input: OwnerInput;
  readonly observed: Observed;
  readonly scope: CapabilityScope;
}

export function nodeInput(id: string, name: string, facts: NodeFacts): NodeInput {
  const { privileged, user, paths, ports, os, cpus, memoryBytes, ipv6 } = facts;
  return { id, name, privileged, user, paths, ports, os, cpus, memoryBytes, ipv6 };
}

/** On a node whose agent is not root there is one user for all. */
export function appIdentity(app: AppState, node: NodeInput): AppIdentity {
  const user = node.privileged ? app.id : node.user;
  return {
    id: app.id,
    name: app.name,
    tenant: app.tenant,
    user,
    group: user,
    home: `${node.paths.sites}/${app.id}`,
    suspended: app.suspended,
  };
}

interface Surroundings {
  readonly node: NodeState;
  readonly secret: SecretSource;
}

/** @param plugin - the one that contributes the type of the app */
export function appInput(app: AppState, plugin: string, { node, secret }: Surroundings): AppInput<unknown> {
  const { spec, releases, observed } = app;
  const role = node.plugins.get(plugin)?.observed ?? {};
  return { app: appIdentity(app, node.input), spec, node: node.input, releases, observed, role, secret };
}

export function appOwner(app: AppState, node: NodeInput): Owner {
  const { id, user, group, home } = appIdentity(app, node);
  const key: OwnerKey = `app:${id}`;
  return {
    key,
    input: { kind: 'app', id, user, group, home },
    observed: app.observed,
    scope: { owner: key, user, agentUser: node.user, paths: node.paths },
  };
}

export function roleOwner({ plugin, observed }: RoleState, node: NodeInput): Owner {
  const key: OwnerKey = `role:${plugin}`;
  return {
    key,
    input: { kind: 'role', id: plugin, user: node.user, group: node.user, home: node.paths.config },
    observed,
    scope: { owner: key, agentUser: node.user, paths: node.paths },
  };
}
