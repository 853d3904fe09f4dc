import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import type { ActionService } from '../apps/action.service.ts';
import type { Begun } from '../apps/app.service.ts';
import { assertPresent, loadApp, lockApp } from '../apps/app-access.ts';
import type { AppChanges } from '../apps/app-changes.ts';
import type { AppLifecycle } from '../apps/app-lifecycle.ts';
import type { AppRecorder } from '../apps/app-recorder.ts';
import type { ReleaseService } from '../apps/release.service.ts';
import { problem } from '../errors/problem.ts';
import { wantAgain } from '../reconcile/transition.ts';
import { type Inverse, Operation, Reconciliation, type SuspensionReason } from '../store/entities/index.ts';
import { notify } from '../store/notifications.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { OperationService } from './operation.service.ts';
import type { OperationRecorder } from './operation-recorder.ts';

/** Takes back what was done, and does again what failed. Both are changes like any other. */
export class UndoService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** @throws ProblemError operation-not-undoable */
  async undo(actor: Actor, id: string): Promise<Operation> {
    const operation = await this.#needs.service.get(actor, id);
    const { inverse, app } = operation;
    if (!inverse || !app) throw notUndoable(operation, NO_WAY_BACK);
    const obstacle = await this.#findObstacle(operation);
    if (obstacle) throw notUndoable(operation, obstacle);
    return (await this.#request(actor, app, inverse)).operation;
  }

  /** Whether it is of any use to offer that. What asks plugins, or was taken by somebody else since, can still refuse. */
  async isUndoable(operation: Operation): Promise<boolean> {
    return (await this.#findObstacle(operation)) === undefined;
  }

  /** @throws ProblemError operation-not-retryable */
  async retry(actor: Actor, id: string): Promise<Operation> {
    const operation = await this.#needs.service.get(actor, id);
    if (operation.state !== 'failed') throw notRetryable(operation, `it is ${operation.state}`);
    if (operation.kind === 'action') return this.#retryAction(actor, operation);
    const later = await this.#findLater(operation);
    if (later) throw notRetryable(operation, later);
    return operation.app ? this.#retryApp(actor, operation) : this.#retryRole(actor, operation);
  }

  #request(actor: Actor, app: string, { kind, spec, name, release, reason, note }: Inverse): Promise<Begun> {
    const { changes, lifecycle, releases } = this.#needs;
    const why = (reason ?? 'operator') as SuspensionReason;
    switch (kind) {
      case 'change':
        return changes.change(actor, app, { spec, name, replace: true });
      case 'remove':
        return lifecycle.remove(actor, app);
      case 'restore':
        return lifecycle.restore(actor, app);
      case 'suspend':
        return lifecycle.suspend(actor, app, { reason: why, note });
      case 'resume':
        return lifecycle.resume(actor, app, { reason: why });
      case 'rollback':
        return releases.rollback(actor, app, { release });
    }
  }

  async #retryAction(actor: Actor, { app, request }: Operation): Promise<Operation> {
    const { action, input } = request as { action: string; input: unknown };
    return this.#needs.actions.start(actor, app ?? '', { action, input });
  }

  async #retryApp(actor: Actor, { app: id, kind, request, inverse }: Operation): Promise<Operation> {
    const seen = await loadApp(this.#needs.store.readerFor(actor), actor, { id: id ?? '', action: 'app.change' });
    if (kind !== 'remove' && kind !== 'purge') assertPresent(seen);
    return this.#needs.store.transaction(async (tx) => {
      const { app, row } = await lockApp(tx, seen.id);
      return this.#needs.recorder.record(tx, { app, row, kind, actor, request, inverse: inverse ?? undefined });
    });
  }

  #retryRole(actor: Actor, { node, owner, request }: Operation): Promise<Operation> {
    assertCan(actor, 'node.manage');
    const { store, clock, operations } = this.#needs;
    return store.transaction(async (tx) => {
      await tx.execute('select from kernel.reconciliation where node = ? and owner = ? for update', [node, owner]);
      const row = await tx.findOneOrFail(Reconciliation, { node, owner });
      Object.assign(row, wantAgain(row, clock.now()));
      const again = { kind: 'role', owner, node, revision: row.revision, actor: storedActor(actor), request } as const;
      await notify(tx, 'freehold_work', node);
      return operations.begin(tx, again);
    });
  }

  /** Why it cannot be undone. */
  async #findObstacle(operation: Operation): Promise<string | undefined> {
    const { inverse, app, state } = operation;
    if (!inverse || !app) return NO_WAY_BACK;
    if (state !== 'succeeded' && state !== 'failed') return `it is ${state}`;
    return this.#findLater(operation);
  }

  /** What came later was decided with what this one did. Computing again decides nothing. */
  async #findLater({ id, owner, node }: Operation): Promise<string | undefined> {
    const later = await this.#needs.store
      .reader()
      .findOne(
        Operation,
        { owner, node, id: { $gt: id }, kind: { $nin: ['recompute', 'action'] } },
        { orderBy: { id: 'desc' } },
      );
    return later ? `operation ${later.id} (${later.kind}) came after it` : undefined;
  }
}

const NO_WAY_BACK = 'there is no way back';

function notUndoable({ id, kind }: Operation, reason: string): Error {
  return problem('operation-not-undoable', { operation: id, kind, reason });
}

function notRetryable({ id, kind }: Operation, reason: string): Error {
  return problem('operation-not-retryable', { operation: id, kind, reason });
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly service: OperationService;
  readonly operations: OperationRecorder;
  readonly recorder: AppRecorder;
  readonly changes: AppChanges;
  readonly lifecycle: AppLifecycle;
  readonly releases: ReleaseService;
  readonly actions: ActionService;
}
