import type { Grant, OwnerKey, Work } from '@freehold/sdk/protocol';
import { loadNodeState } from '../nodes/node-state.ts';
import type { PluginHost } from '../plugin-host/plugin-host.ts';
import { ComputeError } from '../reconcile/compute-error.ts';
import type { NodeState } from '../reconcile/inputs.ts';
import { emptyReconciliation } from '../reconcile/transition.ts';
import { NodePlugin, PlanRequest, Reconciliation } from '../store/entities/index.ts';
import type { NodeId } from '../store/ids.ts';
import { notify } from '../store/notifications.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Gathering } from './apply-work.ts';
import type { DocumentService } from './document.service.ts';

/** Finds the plans that somebody waits for. */
export class PlanWorkService {
  readonly #store: Store;
  readonly #documents: DocumentService;
  readonly #plugins: PluginHost;

  constructor(needs: { store: Store; documents: DocumentService; plugins: PluginHost }) {
    this.#store = needs.store;
    this.#documents = needs.documents;
    this.#plugins = needs.plugins;
  }

  async gather({ node, inHand }: Gathering): Promise<Work[]> {
    const reader = this.#store.reader();
    const open = await reader.find(PlanRequest, { node, answer: null });
    const requests = open.filter(({ id }) => !inHand.includes(`plan:${id}`));
    const state = requests.length > 0 && (await loadNodeState(reader, node, this.#plugins));
    if (!state) return [];
    const work: Work[] = [];
    for (const request of requests) work.push(...(await this.#compute(reader, request, state)));
    return work;
  }

  /**
   * What was granted to the plugins of the node. A plugin that is not enabled and whose plan somebody waits for counts as granted what
   * it asks for, or the node could only answer that it is not.
   */
  async loadGrants(reader: Transaction, node: NodeId): Promise<Grant[]> {
    const enabled = await reader.find(NodePlugin, { node });
    const asked = await reader.find(
      PlanRequest,
      { node, answer: null, owner: { $like: 'role:%' } },
      { fields: ['owner'] },
    );
    const proposed = new Set(asked.map(({ owner }) => owner.slice('role:'.length)));
    const further = this.#plugins
      .list()
      .filter(({ id }) => proposed.has(id) && !enabled.some(({ plugin }) => plugin === id));
    return [
      ...enabled.map(({ plugin, version, capabilities }) => ({ plugin, version, capabilities })),
      ...further.map(({ id, version, capabilities }) => ({ plugin: id, version, capabilities })),
    ];
  }

  /** What cannot be computed is answered here: the node need not be asked. */
  async #compute(reader: Transaction, request: PlanRequest, state: NodeState): Promise<Work[]> {
    try {
      const row = await loadRow(reader, request);
      const draft = await this.#documents.propose(reader, row, { node: state, proposal: request.proposal });
      const document = await this.#store.transaction((tx) => this.#documents.complete(tx, row, draft));
      return [{ kind: 'plan', request: request.id, document }];
    } catch (error) {
      if (!(error instanceof ComputeError)) throw error;
      await this.#store.transaction(async (tx) => {
        await tx.nativeUpdate(PlanRequest, { id: request.id }, { answer: { changes: [], problems: [error.message] } });
        await notify(tx, 'freehold_answer', request.id);
      });
      return [];
    }
  }
}

/** The role of a plugin that is not enabled has none yet. */
async function loadRow(reader: Transaction, { node, owner }: PlanRequest): Promise<Reconciliation> {
  const found = await reader.findOne(Reconciliation, { node, owner });
  if (found) return found;
  const identity = { node, owner: owner as OwnerKey, app: null, plugin: owner.replace(/^role:/, '') };
  return reader.create(Reconciliation, emptyReconciliation(identity), { persist: false });
}
