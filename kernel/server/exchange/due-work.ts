import type { OwnerKey } from '@freehold/sdk/protocol';
import type { NodeState } from '../reconcile/inputs.ts';
import { Reconciliation } from '../store/entities/index.ts';
import type { NodeId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';

export interface DueQuery {
  readonly node: NodeId;
  readonly now: Date;
  /** Keys of the work that the node has in hand. */
  readonly inHand: readonly string[];
  /** App types whose plugins are all ready on the node. */
  readonly readyTypes: readonly string[];
}

/** More make no sense in one answer: the node cannot work on them at the same time. */
const MOST = 50;

const DUE = `r.node = ? and (r.revision > r.handled_revision or r.retry_at <= ?)`;
/** An app waits until the roles of all plugins it needs have been set up; what is to be removed does not. */
const HELD = `r.app is not null and r.wanted = 'present' and not exists
  (select from kernel.app a where a.id = r.app and a.type = any(array[?]::text[]))`;

/** What there is to do, read at the same time as what it is computed from. */
export interface DueWork {
  readonly state: NodeState;
  readonly due: readonly Reconciliation[];
  readonly held: readonly Reconciliation[];
}

/** Of which kinds there may be work for a node. */
export interface DueKinds {
  readonly plans: boolean;
  readonly applies: boolean;
  readonly actions: boolean;
  readonly questions: boolean;
}

/** Most exchanges find nothing to do, with this one query. @param oldest - of the logs that somebody still reads */
export async function findDueKinds(
  reader: Transaction,
  { node, now, oldest }: { node: NodeId; now: Date; oldest: Date },
): Promise<DueKinds | undefined> {
  const [found] = await reader.execute<DueKinds[]>(
    `select
       exists (select from kernel.plan_request p where p.node = n.id and p.answer is null) as plans,
       exists (select from kernel.reconciliation r where ${DUE}) as applies,
       exists (select from kernel.operation o
         where o.node = n.id and o.kind = 'action' and o.state in ('pending', 'running')) as actions,
       n.check_request is not null or exists (select from kernel.log_request l
         where l.node = n.id and l.seen_at > ?) as questions
     from kernel.node n where n.id = ?`,
    [node, now, oldest, node],
  );
  return found;
}

/** What is to be computed for the node now, roles before apps. */
export async function findDue(
  reader: Transaction,
  { node, now, inHand, readyTypes }: DueQuery,
): Promise<Reconciliation[]> {
  return selectRows(
    reader,
    `where ${DUE} and not (r.owner || '@' || r.revision = any(array[?]::text[])) and not (${HELD})
     order by r.plugin is null, r.owner limit ${MOST}`,
    [node, now, inHand, readyTypes],
  );
}

/** Apps that wait for their node and do not say so yet. */
export async function findHeldBack(
  reader: Transaction,
  { node, now, readyTypes }: DueQuery,
): Promise<Reconciliation[]> {
  return selectRows(
    reader,
    `where ${DUE} and ${HELD} and not r.conditions @> '[{"reason": "WaitingForNode"}]' limit 200`,
    [node, now, readyTypes],
  );
}

/** When the next retry is due. */
export async function findNextRetry(reader: Transaction, node: NodeId): Promise<Date | undefined> {
  const [row] = await reader.execute<{ at: string | null }[]>(
    'select min(retry_at) as at from kernel.reconciliation where node = ? and retry_at is not null',
    [node],
  );
  return row?.at ? new Date(row.at) : undefined;
}

/** The rows as they are now, held until the transaction ends. In one order, so that nobody waits in a circle. */
export async function lockRows(
  tx: Transaction,
  rows: readonly Reconciliation[],
): Promise<Map<OwnerKey, Reconciliation>> {
  const [first] = rows;
  if (!first) return new Map();
  const owners = rows.map(({ owner }) => owner);
  const where = 'where node = ? and owner = any(array[?]::text[]) order by owner for update';
  return new Map((await selectRows(tx, where, [first.node, owners])).map((row) => [row.owner, row]));
}

async function selectRows(reader: Transaction, where: string, values: readonly unknown[]): Promise<Reconciliation[]> {
  const found = await reader.execute<object[]>(`select r.* from kernel.reconciliation r ${where}`, [...values]);
  return found.map((row) => reader.map(Reconciliation, row));
}
