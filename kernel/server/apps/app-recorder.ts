import type { Hook } from '@freehold/sdk';
import { type Actor, hookActor, storedActor } from '../accounts/actor.ts';
import type { AuditService } from '../audit/audit.service.ts';
import type { EventLog } from '../events/event-log.ts';
import type { OperationRecorder } from '../operations/operation-recorder.ts';
import { findCondition } from '../reconcile/conditions.ts';
import { wantAgain } from '../reconcile/transition.ts';
import type { Inverse, Operation, OperationKind } from '../store/entities/index.ts';
import { notify } from '../store/notifications.ts';
import type { Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { LockedApp } from './app-access.ts';
import { describeChange } from './app-history.ts';

export interface AppChange extends LockedApp {
  readonly kind: OperationKind;
  readonly actor: Actor;
  /** Left out: plugins are not told. */
  readonly event?: Hook<'event'>;
  readonly request?: Record<string, unknown>;
  readonly inverse?: Inverse;
  /** What the audit entry says besides who, what and when. */
  readonly details?: Record<string, unknown>;
}

/**
 * What every change of an app leaves behind, in the transaction that makes it: the reason to compute it again, an operation, an
 * audit entry, an event with its jobs, and the call that wakes the node.
 */
export class AppRecorder {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async record(tx: Transaction, change: AppChange): Promise<Operation> {
    const { app, row, kind, actor, request, inverse } = change;
    const now = this.#needs.clock.now();
    const before = findCondition(row.conditions, 'Ready');
    Object.assign(row, wantAgain(row, now));
    app.updatedAt = now;
    const operation = this.#needs.operations.begin(tx, {
      ...{ kind, owner: row.owner, node: app.node, app: app.id, tenant: app.tenant.id },
      ...{ revision: row.revision, generation: app.generation, actor: storedActor(actor), request, inverse },
    });
    this.#audit(tx, change);
    await this.#tell(tx, change, { operation, before });
    await notify(tx, 'freehold_work', app.node);
    return operation;
  }

  #audit(tx: Transaction, { app, kind, actor, details = {}, request }: AppChange): void {
    this.#needs.audit.record(tx, {
      actor: storedActor(actor),
      action: `app.${kind}`,
      subject: app.id,
      tenant: app.tenant.id,
      ...describeChange(app),
      details: { name: app.name, ...request, ...details },
    });
  }

  async #tell(tx: Transaction, change: AppChange, { operation, before }: Told): Promise<void> {
    const { app, row, actor, event } = change;
    const { events } = this.#needs;
    if (event) await events.publishApp(tx, event, { app, actor: hookActor(actor), operation: operation.id });
    const ready = findCondition(row.conditions, 'Ready');
    if (ready && ready.status !== before?.status) await events.publishCondition(tx, app, ready);
  }
}

interface Told {
  readonly operation: Operation;
  readonly before: { readonly status: string } | undefined;
}

interface Needs {
  readonly clock: Clock;
  readonly operations: OperationRecorder;
  readonly audit: AuditService;
  readonly events: EventLog;
}
