import type {
  ActedReport,
  LogReport,
  PlannedReport,
  ProgressReport,
  Report,
  SweptReport,
} from '@freehold/sdk/protocol';
import { appendLog } from '../operations/operation-log.ts';
import type { OperationRecorder } from '../operations/operation-recorder.ts';
import { redact } from '../secrets/redact.ts';
import type { SecretService } from '../secrets/secret.service.ts';
import { LogRequest, Node, Operation, PlanRequest } from '../store/entities/index.ts';
import type { NodeId, OperationId, RequestId } from '../store/ids.ts';
import { notify } from '../store/notifications.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { MeasuredReports } from '../usage/measured-reports.ts';
import type { AppliedReports } from './applied-report.ts';

const OPEN = { $in: ['pending' as const, 'running' as const] };

/** Takes in what a node says, each report in a transaction of its own. A node speaks only of what is its own. */
export class ReportService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async record(node: NodeId, report: Report): Promise<void> {
    switch (report.kind) {
      case 'applied':
        return this.#needs.applied.recordApplied(node, report);
      case 'checked':
        return this.#needs.applied.recordChecked(node, report);
      case 'progress':
        return this.#recordProgress(node, report);
      case 'planned':
        return this.#recordPlanned(node, report);
      case 'acted':
        return this.#recordActed(node, report);
      case 'log':
        return this.#recordLog(node, report);
      case 'swept':
        return this.#recordSwept(node, report);
      case 'measured':
        return this.#needs.measured.record(node, report);
    }
  }

  /** Shown to whoever watches; the last one is kept with the operation. */
  #recordProgress(
    node: NodeId,
    { owner, revision, operation: id, done, total, message }: ProgressReport,
  ): Promise<void> {
    return this.#needs.store.transaction(async (tx) => {
      const which = id === undefined ? { owner, revision: revision ?? -1 } : { id: id as OperationId };
      const operation = await tx.findOne(Operation, { node, state: OPEN, ...which });
      if (!operation) return;
      const now = this.#needs.clock.now();
      const said = redact(message, await this.#needs.secrets.loadValues(tx, operation.owner)).slice(0, 1_000);
      if (operation.progress?.message !== said)
        await appendLog(tx, operation.id, [{ level: 'info', message: said }], now);
      operation.progress = { done, total, message: said };
      const { app, tenant } = operation;
      const telling = { operation: operation.id, app, tenant, node, at: now.toISOString(), done, total, message: said };
      await notify(tx, 'freehold_progress', JSON.stringify(telling));
    });
  }

  #recordPlanned(node: NodeId, { request, changes, problems }: PlannedReport): Promise<void> {
    return this.#needs.store.transaction(async (tx) => {
      const found = await tx.findOne(PlanRequest, { id: request as RequestId, node });
      if (!found || found.answer) return;
      found.answer = redact({ changes, problems }, await this.#needs.secrets.loadValues(tx, found.owner));
      await notify(tx, 'freehold_answer', request);
    });
  }

  #recordActed(node: NodeId, { operation: id, outcome, steps, output, startedAt }: ActedReport): Promise<void> {
    return this.#needs.store.transaction(async (tx) => {
      await tx.execute('select from kernel.operation where id = ? for update', [id]);
      const where = { id: id as OperationId, node, kind: 'action' as const, state: OPEN };
      const operation = await tx.findOne(Operation, where);
      if (!operation) return;
      const secrets = await this.#needs.secrets.loadValues(tx, operation.owner);
      const result = { outcome: ended(outcome), steps, output: { ...output }, startedAt: new Date(startedAt) };
      await this.#needs.operations.apply(tx, operation, redact(result, secrets));
      await notify(tx, 'freehold_work', node);
    });
  }

  #recordLog(node: NodeId, { request, sequence, lines, end, problem }: LogReport): Promise<void> {
    return this.#needs.store.transaction(async (tx) => {
      const asked = await tx.findOne(LogRequest, { id: request as RequestId, node });
      if (!asked) return;
      const shown = redact(lines, await this.#needs.secrets.loadValues(tx, asked.owner));
      await insertChunk(tx, { request, sequence, lines: shown, ended: end, problem: problem ?? null });
      await notify(tx, 'freehold_answer', request);
    });
  }

  #recordSwept(node: NodeId, { request, owners, resources, changes, at, milliseconds }: SweptReport): Promise<void> {
    return this.#needs.store.transaction(async (tx) => {
      const found = await tx.findOneOrFail(Node, { id: node });
      found.lastSweep = { owners, resources, changes, at, milliseconds };
      if (request === undefined || found.checkRequest !== request) return;
      found.checkRequest = null;
      await notify(tx, 'freehold_answer', request);
    });
  }
}

/** An action runs once: what would be tried again has failed. */
function ended(outcome: ActedReport['outcome']): ActedReport['outcome'] {
  return outcome.kind === 'retry' ? { kind: 'failed', reason: outcome.reason, message: outcome.message } : outcome;
}

interface Chunk {
  readonly request: string;
  readonly sequence: number;
  readonly lines: readonly string[];
  readonly ended: boolean;
  readonly problem: string | null;
}

/** A chunk that is here already is the same one; the reader of the log may have left meanwhile. */
async function insertChunk(tx: Transaction, { request, sequence, lines, ended, problem }: Chunk): Promise<void> {
  await tx.execute(
    `insert into kernel.log_chunk (request, sequence, lines, ended, problem)
     select id, ?::integer, ?::jsonb, ?::boolean, ?::text from kernel.log_request where id = ? for key share
     on conflict (request, sequence) do nothing`,
    [sequence, JSON.stringify(lines), ended, problem, request],
  );
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly secrets: SecretService;
  readonly operations: OperationRecorder;
  readonly applied: AppliedReports;
  readonly measured: MeasuredReports;
}
