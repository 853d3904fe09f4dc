import type { Drift } from '@freehold/sdk/protocol';
import { reachableCondition, type Seen } from '../nodes/reachable.ts';
import type { App, Condition } from '../store/entities/index.ts';
import type { Transaction } from '../store/store.ts';
import type { AppStatus } from './app.schema.ts';

interface Row extends Seen {
  readonly app: string;
  readonly observedGeneration: number;
  readonly conditions: readonly Condition[];
  readonly drift: readonly Drift[];
}

/** Puts to apps what their nodes have reported, with one query for all. */
export async function loadStatuses(reader: Transaction, apps: readonly App[], now: Date): Promise<AppStatus[]> {
  if (apps.length === 0) return [];
  const rows = await reader.execute<Row[]>(
    `select r.app, r.observed_generation as "observedGeneration", r.conditions, r.drift, n.name,
       n.last_seen_at as "lastSeenAt", n.reachable_since as "reachableSince", n.created_at as "createdAt"
     from kernel.reconciliation r join kernel.node n on n.id = r.node where r.app = any(array[?]::text[])`,
    [apps.map(({ id }) => id)],
  );
  const byApp = new Map(rows.map((row) => [row.app, row]));
  return apps.map((app) => toStatus(app, byApp.get(app.id), now));
}

function toStatus(app: App, row: Row | undefined, now: Date): AppStatus {
  if (!row) return { app, observedGeneration: 0, conditions: [], drift: [] };
  const seen = {
    ...row,
    lastSeenAt: date(row.lastSeenAt),
    reachableSince: date(row.reachableSince),
    createdAt: new Date(row.createdAt),
  };
  return {
    app,
    observedGeneration: row.observedGeneration,
    conditions: [...row.conditions, reachableCondition(seen, now)],
    drift: row.drift,
  };
}

/** Plain SQL gives times as text. */
function date(value: Date | string | null | undefined): Date | null {
  return value ? new Date(value) : null;
}
