import { type Actor, storedActor } from '../accounts/actor.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { invalid, problem } from '../errors/problem.ts';
import { sameJson } from '../json/same-json.ts';
import type { OperationRecorder } from '../operations/operation-recorder.ts';
import type { PluginHost, PluginStatus } from '../plugin-host/plugin-host.ts';
import { findCondition } from '../reconcile/conditions.ts';
import { bumpUsers, typesUsing } from '../reconcile/recompute.ts';
import { emptyReconciliation, wantAgain } from '../reconcile/transition.ts';
import { type Node, NodePlugin, Operation, Reconciliation } from '../store/entities/index.ts';
import type { NodeId } from '../store/ids.ts';
import { notify } from '../store/notifications.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { NodeService } from './node.service.ts';
import type { PlanAnswer, QuestionService } from './question.service.ts';

export type PluginConfig = Record<string, unknown>;

export interface NodePluginStatus {
  readonly enabled: NodePlugin;
  readonly row: Reconciliation | undefined;
}

export interface PluginReference {
  readonly node: string;
  readonly plugin: string;
}

/** Plugins on nodes: their configuration there, and the role that the node plays for them. */
export class NodePluginService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async list(actor: Actor, reference: string): Promise<NodePluginStatus[]> {
    const { id } = await this.#needs.nodes.load(actor, reference, 'node.read');
    const reader = this.#needs.store.reader();
    const enabled = await reader.find(NodePlugin, { node: id }, { orderBy: { plugin: 'asc' } });
    const rows = await reader.find(Reconciliation, { node: id, plugin: { $ne: null } });
    return enabled.map((one) => ({ enabled: one, row: rows.find(({ plugin }) => plugin === one.plugin) }));
  }

  /**
   * Enables a plugin, or changes its configuration. To enable it is to grant it what its manifest asks for. When nothing changes
   * and nothing is wrong nothing is done, and the operation is the last one there was.
   */
  async enable(actor: Actor, { node: reference, plugin }: PluginReference, config: PluginConfig): Promise<Enabled> {
    const node = await this.#needs.nodes.load(actor, reference, 'node.manage');
    const status = this.#getRunning(plugin);
    const checked = this.#validate(plugin, config);
    return this.#needs.store.transaction(async (tx) => {
      await holdNodePlugin(tx, node.id, plugin);
      await this.#assertRequired(tx, node, plugin);
      const found = await tx.findOne(NodePlugin, { node: node.id, plugin });
      const row = await tx.findOne(Reconciliation, { node: node.id, owner: `role:${plugin}` });
      const last = await this.#findLast(tx, node.id, plugin);
      const same = found && row?.wanted === 'present' && sameJson(found.config, checked);
      if (same && last && !isWrong(row, last)) return { enabled: found, operation: last };
      const before = found && { config: found.config };
      const enabled = found ?? this.#insert(tx, node.id, status);
      enabled.config = checked;
      const change = { node, plugin, row, wanted: 'present', config: checked, before } as const;
      const operation = await this.#change(tx, actor, change);
      return { enabled, operation };
    });
  }

  /** Removes what the plugin set up on the node. @throws ProblemError plugin-in-use */
  async disable(actor: Actor, { node: reference, plugin }: PluginReference): Promise<Operation> {
    const node = await this.#needs.nodes.load(actor, reference, 'node.manage');
    return this.#needs.store.transaction(async (tx) => {
      await holdNodePlugin(tx, node.id, plugin);
      const enabled = await tx.findOne(NodePlugin, { node: node.id, plugin });
      if (!enabled) throw problem('plugin-not-enabled', { plugin, node: node.name });
      await this.#assertUnused(tx, node, plugin);
      const row = await tx.findOne(Reconciliation, { node: node.id, owner: `role:${plugin}` });
      const before = { config: enabled.config };
      const operation = await this.#change(tx, actor, { node, plugin, row, wanted: 'removed', before });
      tx.remove(enabled);
      return operation;
    });
  }

  /** What enabling it, or another configuration, would change on the node. */
  async plan(actor: Actor, { node: reference, plugin }: PluginReference, config: PluginConfig): Promise<PlanAnswer> {
    const node = await this.#needs.nodes.load(actor, reference, 'node.manage');
    this.#getRunning(plugin);
    return this.#needs.questions.plan(node.id, `role:${plugin}`, { config: this.#validate(plugin, config) });
  }

  async #change(tx: Transaction, actor: Actor, change: Change): Promise<Operation> {
    const { node, plugin, wanted, config } = change;
    const identity = { node: node.id, owner: `role:${plugin}`, app: null, plugin } as const;
    const row = change.row ?? tx.create(Reconciliation, emptyReconciliation(identity), { persist: true });
    Object.assign(row, wantAgain(row, this.#needs.clock.now()), { wanted });
    const operation = this.#needs.operations.begin(tx, {
      kind: 'role',
      owner: row.owner,
      node: node.id,
      revision: row.revision,
      actor: storedActor(actor),
      request: { plugin, enable: wanted === 'present', ...(config && { config }) },
    });
    this.#needs.audit.record(tx, {
      actor: storedActor(actor),
      action: wanted === 'present' ? 'node.enablePlugin' : 'node.disablePlugin',
      subject: node.id,
      details: { plugin },
      ...{ before: change.before, after: config && { config } },
    });
    if (wanted === 'present') await bumpUsers(tx, node.id, typesUsing(plugin, this.#needs.plugins.appTypes()));
    await notify(tx, 'freehold_work', node.id);
    return operation;
  }

  #insert(tx: Transaction, node: NodeId, { id, version, capabilities }: PluginStatus): NodePlugin {
    const enabledAt = this.#needs.clock.now();
    return tx.create(NodePlugin, { node, plugin: id, config: {}, version, capabilities, enabledAt }, { persist: true });
  }

  #getRunning(plugin: string): PluginStatus {
    const status = this.#needs.plugins.list().find(({ id }) => id === plugin);
    if (!status) throw problem('plugin-not-found', { plugin });
    const { state, reason } = status;
    if (state !== 'running') throw problem('plugin-not-running', { plugin, state, reason });
    return status;
  }

  /** A plugin without a role has nothing that could be set on a node. */
  #validate(plugin: string, config: PluginConfig): PluginConfig {
    const role = this.#needs.plugins.findRole(plugin);
    if (!role) return {};
    const checked = role.validateConfig(config);
    if (checked.problems.length > 0)
      throw invalid(checked.problems.map((one) => ({ ...one, pointer: `/config${one.pointer}` })));
    return checked.config;
  }

  async #assertRequired(tx: Transaction, node: Node, plugin: string): Promise<void> {
    const required = this.#needs.plugins.findRole(plugin)?.requires ?? [];
    const enabled = await tx.find(NodePlugin, { node: node.id });
    const missing = required.filter((one) => one !== plugin && !enabled.some((found) => found.plugin === one));
    if (missing.length > 0) throw problem('plugin-requires', { plugin, node: node.name, plugins: missing.join(', ') });
  }

  async #assertUnused(tx: Transaction, node: Node, plugin: string): Promise<void> {
    const types = typesUsing(plugin, this.#needs.plugins.appTypes());
    const apps = await tx.execute<{ name: string }[]>(
      `select name from kernel.app where node = ? and lifecycle = 'present' and type = any(array[?]::text[]) limit 11`,
      [node.id, types],
    );
    const others = await tx.find(NodePlugin, { node: node.id });
    const roles = others.filter(
      (one) => one.plugin !== plugin && this.#needs.plugins.findRole(one.plugin)?.requires.includes(plugin),
    );
    const users = [...apps.map(({ name }) => `app ${name}`), ...roles.map((one) => `plugin ${one.plugin}`)];
    if (users.length > 0)
      throw problem('plugin-in-use', { plugin, node: node.name, users: users.slice(0, 10).join(', ') });
  }

  #findLast(tx: Transaction, node: NodeId, plugin: string): Promise<Operation | null> {
    return tx.findOne(Operation, { node, owner: `role:${plugin}` }, { orderBy: { id: 'desc' }, populate: ['steps'] });
  }
}

export interface Enabled {
  readonly enabled: NodePlugin;
  readonly operation: Operation;
}

/** Who enables again what could not be set up wants it tried again. */
function isWrong({ conditions }: Reconciliation, { state }: Operation): boolean {
  if (state === 'pending' || state === 'running') return false;
  return state === 'failed' || state === 'cancelled' || findCondition(conditions, 'Ready')?.status === 'False';
}

async function holdNodePlugin(tx: Transaction, node: NodeId, plugin: string): Promise<void> {
  await tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`plugin ${node} ${plugin}`]);
}

interface Change {
  readonly node: Node;
  readonly plugin: string;
  readonly row: Reconciliation | null;
  readonly wanted: 'present' | 'removed';
  readonly config?: PluginConfig;
  /** What it was, if it was enabled. */
  readonly before?: { readonly config: PluginConfig } | null;
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly plugins: PluginHost;
  readonly nodes: NodeService;
  readonly operations: OperationRecorder;
  readonly questions: QuestionService;
}
