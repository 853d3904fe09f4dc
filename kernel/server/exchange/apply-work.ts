import type { OwnerKey, Work } from '@freehold/sdk/protocol';
import type { EventLog } from '../events/event-log.ts';
import { loadNodeState } from '../nodes/node-state.ts';
import type { OperationRecorder } from '../operations/operation-recorder.ts';
import type { PluginHost } from '../plugin-host/plugin-host.ts';
import {
  applying,
  failed,
  findCondition,
  type NewCondition,
  setCondition,
  waitingForNode,
} from '../reconcile/conditions.ts';
import type { NodeState } from '../reconcile/inputs.ts';
import { App, Operation, type Reconciliation } from '../store/entities/index.ts';
import type { NodeId } from '../store/ids.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { Computation, DocumentService } from './document.service.ts';
import { type DueWork, findDue, findHeldBack, lockRows } from './due-work.ts';

export interface Gathering {
  readonly node: NodeId;
  /** Keys of the work that the node has in hand. */
  readonly inHand: readonly string[];
}

/** Finds what is to be applied or removed on a node, and writes down that the node gets it. */
export class ApplyWorkService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /**
   * Plugins compute outside of any transaction. What was computed counts only if nothing has changed meanwhile; if something has, the
   * change wakes the node again.
   */
  async gather(gathering: Gathering): Promise<Work[]> {
    const { store, documents } = this.#needs;
    const found = await this.#find(gathering);
    if (!found) return [];
    const { state, due, held } = found;
    const computations = await documents.compute(store.reader(), due.filter(isPresent), state);
    return store.transaction(async (tx) => {
      const rows = await lockRows(tx, [...due, ...held]);
      const unchanged = (row: Reconciliation) => rows.get(row.owner)?.revision === row.revision;
      await this.#markHeldBack(tx, held.filter(unchanged), { rows, state });
      const given = due.filter(unchanged);
      const work = await this.#apply(
        tx,
        computations.filter(({ row }) => unchanged(row)),
        rows,
      );
      work.push(
        ...(await this.#remove(
          tx,
          given.filter((row) => !isPresent(row)),
        )),
      );
      await this.#recordDelivery(tx, given);
      return work;
    });
  }

  /** A configuration that is older than the row of its role would be taken for what that row asks for. */
  async #find({ node, inHand }: Gathering): Promise<DueWork | undefined> {
    const { store, documents, clock, plugins } = this.#needs;
    const now = clock.now();
    return store.snapshot(async (reader) => {
      const state = await loadNodeState(reader, node, plugins);
      if (!state) return undefined;
      const readyTypes = documents.readyTypes(state).map(({ id }) => id);
      const query = { node, now, inHand, readyTypes };
      const [due, held] = [await findDue(reader, query), await findHeldBack(reader, query)];
      return due.length + held.length > 0 ? { state, due, held } : undefined;
    });
  }

  async #apply(tx: Transaction, computations: readonly Computation[], rows: Rows): Promise<Work[]> {
    const work: Work[] = [];
    for (const one of computations) {
      const row = rows.get(one.row.owner) as Reconciliation;
      if ('error' in one) await this.#recordFailure(tx, row, one.error);
      else {
        row.logs = one.draft.computed.logs;
        const { links } = one.draft;
        if (row.app && links) Object.assign(await tx.findOneOrFail(App, { id: row.app }), { links });
        await this.#setReady(tx, row, applying);
        work.push({ kind: 'apply', document: await this.#needs.documents.complete(tx, row, one.draft) });
      }
    }
    return work;
  }

  async #remove(tx: Transaction, rows: readonly Reconciliation[]): Promise<Work[]> {
    const apps = await loadApps(tx, rows);
    return rows.map(({ owner, revision, wanted, app, plugin }) => ({
      kind: 'remove',
      owner,
      title: apps.get(app ?? '')?.name ?? this.#titleOf(plugin) ?? owner,
      revision,
      purge: wanted === 'purged',
    }));
  }

  /** Nothing but another revision can help: it is not tried again. */
  async #recordFailure(
    tx: Transaction,
    row: Reconciliation,
    { reason, message }: { reason: string; message: string },
  ): Promise<void> {
    Object.assign(row, { handledRevision: row.revision, retryAt: null, attempts: 0 });
    const outcome = { kind: 'failed', reason, message } as const;
    await this.#needs.operations.recordResult(tx, row, { outcome, steps: [] });
    await this.#setReady(tx, row, failed(reason, message));
  }

  async #recordDelivery(tx: Transaction, rows: readonly Reconciliation[]): Promise<void> {
    const [first] = rows;
    if (!first) return;
    const owners = rows.map(({ owner }) => owner);
    const where = { node: first.node, owner: { $in: owners }, state: 'pending' as const, revision: { $ne: null } };
    await this.#needs.operations.recordDelivery(tx, await tx.find(Operation, where));
  }

  async #markHeldBack(
    tx: Transaction,
    held: readonly Reconciliation[],
    { rows, state }: { rows: Rows; state: NodeState },
  ): Promise<void> {
    const apps = await loadApps(tx, held);
    for (const { owner, app } of held) {
      const required = this.#needs.plugins.findAppType(apps.get(app ?? '')?.type ?? '')?.requires ?? [];
      const missing = required.filter((plugin) => !state.plugins.get(plugin)?.ready);
      // A role that is only changed has its turn in a moment: nothing is wrong with the app.
      if (missing.length > 0) await this.#setReady(tx, rows.get(owner) as Reconciliation, waitingForNode(missing));
    }
  }

  /** Whoever is ready and is only computed again stays ready meanwhile. */
  async #setReady(tx: Transaction, row: Reconciliation, wanted: NewCondition): Promise<void> {
    const before = findCondition(row.conditions, 'Ready');
    if (wanted === applying && before?.status === 'True') return;
    row.conditions = setCondition(row.conditions, wanted, this.#needs.clock.now());
    if (!row.app || before?.status === wanted.status) return;
    const app = await tx.findOneOrFail(App, { id: row.app }, { populate: ['tenant'] });
    await this.#needs.events.publishCondition(tx, app, wanted);
  }

  #titleOf(plugin: string | null | undefined): string | undefined {
    return this.#needs.plugins.list().find(({ id }) => id === plugin)?.displayName;
  }
}

function isPresent({ wanted }: Reconciliation): boolean {
  return wanted === 'present';
}

async function loadApps(tx: Transaction, rows: readonly Reconciliation[]): Promise<Map<string, App>> {
  const ids = rows.flatMap(({ app }) => app ?? []);
  if (ids.length === 0) return new Map();
  const apps = await tx.find(App, { id: { $in: ids } }, { populate: ['tenant'] });
  return new Map(apps.map((app) => [app.id, app]));
}

type Rows = ReadonlyMap<OwnerKey, Reconciliation>;

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly plugins: PluginHost;
  readonly documents: DocumentService;
  readonly operations: OperationRecorder;
  readonly events: EventLog;
}
