import type { Outcome, OwnerKey, Step } from '@freehold/sdk/protocol';
import type { EventLog } from '../events/event-log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import {
  type Inverse,
  Operation,
  type OperationKind,
  type OperationState,
  type StoredActor,
} from '../store/entities/index.ts';
import { type AppId, type NodeId, newId, type TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { appendLog, describeSteps, type NewLine } from './operation-log.ts';

export interface NewOperation {
  readonly kind: OperationKind;
  readonly owner: OwnerKey;
  readonly node: NodeId;
  readonly app?: AppId;
  readonly tenant?: TenantId;
  /** Of the reconciliation that carries it out; an action has none. */
  readonly revision?: number;
  readonly generation?: number;
  readonly actor: StoredActor;
  readonly request?: Record<string, unknown>;
  readonly inverse?: Inverse;
}

/** What a node did for an owner. */
export interface Work {
  readonly node: NodeId;
  readonly owner: OwnerKey;
  readonly revision: number;
}

export interface Result {
  readonly outcome: Outcome;
  readonly steps: readonly Step[];
  readonly startedAt?: Date;
  readonly output?: Record<string, unknown>;
}

const OPEN: OperationState[] = ['pending', 'running'];

/** Writes down what is done and how it went, in the transactions of those who do it. */
export class OperationRecorder {
  readonly #clock: Clock;
  readonly #events: EventLog;

  readonly #metrics: Metrics;

  constructor(needs: { clock: Clock; events: EventLog; metrics: Metrics }) {
    this.#clock = needs.clock;
    this.#events = needs.events;
    this.#metrics = needs.metrics;
  }

  begin(
    tx: Transaction,
    { app, tenant, revision, generation, request = {}, inverse, ...given }: NewOperation,
  ): Operation {
    return tx.create(
      Operation,
      {
        ...given,
        id: newId('opr'),
        state: 'pending',
        app: app ?? null,
        tenant: tenant ?? null,
        revision: revision ?? null,
        generation: generation ?? null,
        request,
        inverse: inverse ?? null,
        steps: [],
        outcome: null,
        output: null,
        progress: null,
        createdAt: this.#clock.now(),
        startedAt: null,
        finishedAt: null,
      },
      { persist: true },
    );
  }

  /** The node has got the work. */
  async recordDelivery(tx: Transaction, operations: readonly Operation[]): Promise<void> {
    const now = this.#clock.now();
    for (const operation of operations) {
      if (operation.state !== 'pending') continue;
      Object.assign(operation, { state: 'running', startedAt: now });
      await appendLog(tx, operation.id, [{ level: 'info', message: 'The node has got the work.' }], now);
    }
  }

  findOpen(tx: Transaction, { node, owner, revision }: Work): Promise<Operation | null> {
    return tx.findOne(Operation, { node, owner, revision, state: { $in: OPEN } });
  }

  /** Takes in how a revision went, and ends what older ones left open: the node will never say anything of those. */
  async recordResult(tx: Transaction, work: Work, result: Result): Promise<Operation | undefined> {
    const open = await tx.find(Operation, {
      node: work.node,
      owner: work.owner,
      revision: { $lte: work.revision },
      state: { $in: OPEN },
    });
    const own = open.find(({ revision }) => revision === work.revision);
    for (const older of open.filter((one) => one !== own)) await this.supersede(tx, older);
    if (own) await this.apply(tx, own, result);
    return own;
  }

  /** A retry leaves it open: what the node said is there to be read, and it goes on. */
  async apply(tx: Transaction, operation: Operation, { outcome, steps, startedAt, output }: Result): Promise<void> {
    const now = this.#clock.now();
    Object.assign(operation, {
      outcome,
      steps,
      startedAt: operation.startedAt ?? startedAt ?? now,
      ...(output && { output }),
    });
    await appendLog(tx, operation.id, describeSteps(steps, outcome), now);
    if (outcome.kind === 'retry') operation.state = 'running';
    else await this.finish(tx, operation, outcome.kind === 'inSync' ? 'succeeded' : 'failed');
  }

  async supersede(tx: Transaction, operation: Operation): Promise<void> {
    const line: NewLine = { level: 'info', message: 'A newer change took its place.' };
    await appendLog(tx, operation.id, [line], this.#clock.now());
    await this.finish(tx, operation, 'superseded');
  }

  async finish(tx: Transaction, operation: Operation, state: OperationState): Promise<void> {
    Object.assign(operation, { state, progress: null, finishedAt: this.#clock.now() });
    await this.#events.publishFinished(tx, operation);
    this.#metrics.countOperation(operation.kind, state);
  }

  /** Something was done that nobody asked for by name: a plugin was upgraded, its configuration changed. */
  async recordUnasked(tx: Transaction, work: NewOperation & { revision: number }, result: Result): Promise<void> {
    if (result.steps.length === 0 || result.outcome.kind === 'retry') return;
    const operation = this.begin(tx, work);
    await tx.flush();
    await this.apply(tx, operation, result);
  }
}
