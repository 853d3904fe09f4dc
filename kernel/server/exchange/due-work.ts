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

/** Whether a row is due at all. */
export async function isAnythingDue(
  reader: Transaction,
  { node, now }: Pick<DueQuery, 'node' | 'now'>,
): Promise<boolean> {
  const found = await reader.execute(`select from kernel.reconciliation r where ${DUE} limit 1`, [node, now]);
  return found.length > 0;
}

/** What is to be computed for the node now, roles before apps. */
export async function findDue(
  reader: Transaction,
  { node, now, inHand, readyTypes }: DueQuery,
): Promise<Reconciliation[]> {
  const owners = await reader.execute<{ owner: OwnerKey }[]>(
    `select r.owner from kernel.reconciliation r
     where ${DUE} and not (r.owner || '@' || r.revision = any(array[?]::text[])) and not (${HELD})
     order by r.plugin is null, r.owner limit ${MOST}`,
    [node, now, inHand, readyTypes],
  );
  return loadRows(
    reader,
    node,
    owners.map(({ owner }) => owner),
  );
}

/** Apps that wait for their node and do not say so yet. */
export async function findHeldBack(
  reader: Transaction,
  { node, now, readyTypes }: DueQuery,
): Promise<Reconciliation[]> {
  const owners = await reader.execute<{ owner: OwnerKey }[]>(
    `select r.owner from kernel.reconciliation r
     where ${DUE} and ${HELD} and not r.conditions @> '[{"reason": "WaitingForNode"}]' limit 200`,
    [node, now, readyTypes],
  );
  return loadRows(
    reader,
    node,
    owners.map(({ owner }) => owner),
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

async function loadRows(reader: Transaction, node: NodeId, owners: readonly OwnerKey[]): Promise<Reconciliation[]> {
  if (owners.length === 0) return [];
  const rows = await reader.find(Reconciliation, { node, owner: { $in: [...owners] } });
  const byOwner = new Map(rows.map((row) => [row.owner, row]));
  return owners.flatMap((owner) => byOwner.get(owner) ?? []);
}

/** The rows as they are now, held until the transaction ends. In one order, so that nobody waits in a circle. */
export async function lockRows(
  tx: Transaction,
  rows: readonly Reconciliation[],
): Promise<Map<OwnerKey, Reconciliation>> {
  const [first] = rows;
  if (!first) return new Map();
  const owners = rows.map(({ owner }) => owner);
  await tx.execute(
    'select from kernel.reconciliation where node = ? and owner = any(array[?]::text[]) order by owner for update',
    [first.node, owners],
  );
  return new Map((await loadRows(tx, first.node, owners)).map((row) => [row.owner, row]));
}
