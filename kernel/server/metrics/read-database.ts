import { SILENCE } from '../nodes/reachable.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { Reading } from './metrics.ts';

/** What all servers have in common: each of them gives the same figures. */
export function readDatabase({ store, clock }: { store: Store; clock: Clock }): Reading {
  return async ({ jobsWaiting, operations, nodesUnreachable }) => {
    const { pool } = store;
    const jobs = await pool.query<Count>(
      'select task_identifier as name, count(*) from graphile_worker.jobs group by 1',
    );
    for (const { name, count } of jobs.rows) jobsWaiting.set({ task: name }, Number(count));
    const open = await pool.query<Count>(
      `select state as name, count(*) from kernel.operation where state in ('pending', 'running') group by 1`,
    );
    for (const { name, count } of open.rows) operations.set({ state: name }, Number(count));
    const since = new Date(clock.now().getTime() - SILENCE);
    const nodes = await pool.query<{ count: string }>(
      'select count(*) from kernel.node where last_seen_at is null or last_seen_at < $1',
      [since],
    );
    nodesUnreachable.set(Number(nodes.rows[0]?.count ?? 0));
  };
}

interface Count {
  readonly name: string;
  readonly count: string;
}
