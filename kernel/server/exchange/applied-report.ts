import { appPurged } from '@freehold/sdk';
import type { AppliedReport, CheckedReport } from '@freehold/sdk/protocol';
import { hookActor, storedActor, systemActor } from '../accounts/actor.ts';
import type { EventLog } from '../events/event-log.ts';
import { sameJson } from '../json/same-json.ts';
import type { OperationRecorder } from '../operations/operation-recorder.ts';
import type { PluginHost } from '../plugin-host/plugin-host.ts';
import { findCondition } from '../reconcile/conditions.ts';
import { bumpUsers, typesUsing } from '../reconcile/recompute.ts';
import { acceptApplied, acceptChecked, type ReconciliationState } from '../reconcile/transition.ts';
import { redact } from '../secrets/redact.ts';
import type { SecretService } from '../secrets/secret.service.ts';
import { App, type Condition, Operation, Reconciliation } from '../store/entities/index.ts';
import type { NodeId } from '../store/ids.ts';
import { notify } from '../store/notifications.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { AppMeters } from '../usage/app-meters.ts';
import { forgetMeasures } from '../usage/measures.ts';

/** An owner whose report is taken in. A role has no app. */
interface Owner {
  readonly row: Reconciliation;
  readonly app: App | undefined;
}

/** Takes in how applies, removals and comparisons went. */
export class AppliedReports {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  recordApplied(node: NodeId, received: AppliedReport): Promise<void> {
    return this.#needs.store.transaction(async (tx) => {
      const owner = await lockOwner(tx, node, received.owner);
      if (!owner) return;
      const report = redact(received, await this.#needs.secrets.loadValues(tx, received.owner));
      const circumstances = {
        now: this.#needs.clock.now(),
        random: Math.random(),
        suspended: (owner.app?.suspended.length ?? 0) > 0,
      };
      const before = { ...stateOf(owner.row) };
      const after = acceptApplied(before, report, circumstances);
      if (after === before) return;
      Object.assign(owner.row, after);
      await this.#recordOperation(tx, owner, report);
      if (owner.app) await this.#needs.meters.read(tx, owner.app, owner.row);
      await this.#tell(tx, owner, before);
      if (report.outcome.kind === 'inSync' && report.revision === before.revision) await this.#end(tx, owner);
    });
  }

  recordChecked(node: NodeId, received: CheckedReport): Promise<void> {
    return this.#needs.store.transaction(async (tx) => {
      const owner = await lockOwner(tx, node, received.owner);
      if (!owner) return;
      const report = redact(received, await this.#needs.secrets.loadValues(tx, received.owner));
      const before = { ...stateOf(owner.row) };
      Object.assign(owner.row, acceptChecked(before, report, this.#needs.clock.now()));
      if (owner.app) await this.#needs.meters.read(tx, owner.app, owner.row);
      await this.#tell(tx, owner, before);
    });
  }

  async #recordOperation(tx: Transaction, { row, app }: Owner, report: AppliedReport): Promise<void> {
    const { operations } = this.#needs;
    const { outcome, steps, revision, generation } = report;
    const work = { node: row.node, owner: row.owner, revision };
    const result = { outcome, steps, startedAt: new Date(report.startedAt) };
    if (await operations.recordResult(tx, work, result)) return;
    const whose = { app: app?.id, tenant: app?.tenant.id, generation, actor: storedActor(systemActor) };
    await operations.recordUnasked(tx, { kind: 'recompute', ...work, ...whose }, result);
  }

  /** Whoever wants to know: subscribers, the node if there is more to do, and the apps that build on a role. */
  async #tell(tx: Transaction, { row, app }: Owner, before: ReconciliationState): Promise<void> {
    for (const condition of row.conditions) {
      if (app && isNews(condition, findCondition(before.conditions, condition.type)))
        await this.#needs.events.publishCondition(tx, app, condition);
    }
    if (row.plugin && !sameJson(before.observed, row.observed))
      await bumpUsers(tx, row.node, typesUsing(row.plugin, this.#needs.plugins.appTypes()));
    // Apps were held back as long as the role had something to do.
    const roleEnded = row.plugin && before.revision > before.handledRevision;
    const isMore = roleEnded || row.revision > row.handledRevision || (await hasWaitingAction(tx, row, before));
    if (isMore) await notify(tx, 'freehold_work', row.node);
  }

  /** What was to be removed is gone from the node. */
  async #end(tx: Transaction, { row, app }: Owner): Promise<void> {
    if (row.wanted === 'removed' && row.plugin) {
      await tx.flush();
      await tx.nativeDelete(Reconciliation, { node: row.node, owner: row.owner });
    }
    if (row.wanted !== 'purged' || !app) return;
    await this.#needs.events.publishApp(tx, appPurged, { app, actor: hookActor(systemActor) });
    await this.#needs.secrets.forget(tx, row.owner);
    await forgetMeasures(tx, { app: app.id, path: app.tenant.path });
    await tx.flush();
    await tx.nativeDelete(App, { id: app.id });
  }
}

/** The app before its reconciliation, as everywhere. */
async function lockOwner(tx: Transaction, node: NodeId, owner: Reconciliation['owner']): Promise<Owner | undefined> {
  if (owner.startsWith('app:')) await tx.execute('select from kernel.app where id = ? for update', [owner.slice(4)]);
  await tx.execute('select from kernel.reconciliation where node = ? and owner = ? for update', [node, owner]);
  const row = await tx.findOne(Reconciliation, { node, owner });
  if (!row) return undefined;
  const app = row.app ? await tx.findOneOrFail(App, { id: row.app }, { populate: ['tenant'] }) : undefined;
  return { row, app };
}

/** Actions wait until what was to be applied before them has been. */
async function hasWaitingAction(tx: Transaction, row: Reconciliation, before: ReconciliationState): Promise<boolean> {
  if (!row.app || before.revision === before.handledRevision) return false;
  const { node, owner } = row;
  const open = await tx.findOne(Operation, { node, owner, kind: 'action', state: 'pending' }, { fields: ['id'] });
  return open !== null;
}

function stateOf(row: Reconciliation): ReconciliationState {
  const { wanted, revision, handledRevision, observedGeneration, retryAt, attempts, inSyncOnce, settling } = row;
  const { reportedAt, observed, conditions, drift } = row;
  return {
    ...{ wanted, revision, handledRevision, observedGeneration, retryAt, attempts, inSyncOnce, settling },
    ...{ reportedAt, observed, conditions, drift },
  };
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly plugins: PluginHost;
  readonly secrets: SecretService;
  readonly operations: OperationRecorder;
  readonly events: EventLog;
  readonly meters: AppMeters;
}

/** What was changed by hand, and put back again, is told although all is as it should be before and after. */
function isNews({ type, status, reason, message }: Condition, before: Condition | undefined): boolean {
  if (before?.status !== status) return true;
  return type === 'Drifted' && (before.reason !== reason || before.message !== message);
}
