import type { AppId, TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';
import { addToCounters } from './counters.ts';
import { savePoints } from './points.ts';

/** Something that was measured of one app: how much there is now, or how much came to it. */
export type Measure = {
  readonly app: AppId;
  readonly tenant: TenantId;
  /** From the hoster down to the tenant. */
  readonly path: readonly TenantId[];
  readonly subject: string;
  /** The month; empty for what is there at the time. */
  readonly period: string;
} & ({ readonly amount: number } | { readonly add: number });

interface Change {
  readonly app: AppId;
  readonly subject: string;
  readonly period: string;
  readonly amount: number;
  readonly delta: number;
}

/** Records what was measured, adds it to what the tenants use, and writes the time series of both. What has not changed costs nothing. */
export async function saveMeasures(tx: Transaction, measures: readonly Measure[], at: Date): Promise<void> {
  if (measures.length === 0) return;
  const changes = await saveAmounts(tx, measures, at);
  const paths = new Map(measures.map(({ app, path }) => [app, path]));
  const deltas = changes.flatMap(({ app, subject, period, delta }) =>
    (paths.get(app) ?? []).map((tenant) => ({ tenant, subject, period, amount: delta })),
  );
  const counters = await addToCounters(tx, deltas);
  const flows = [...new Set(changes.flatMap(({ subject, period }) => (period === '' ? [] : [subject])))];
  await savePoints(tx, { at, step: 'hour', flows }, [
    ...changes.map(({ app, subject, period, amount, delta }) => {
      return { owner: app, subject, amount: period === '' ? amount : delta };
    }),
    ...counters.flatMap(({ tenant, subject, period, amount }) =>
      period === '' ? [{ owner: tenant, subject, amount }] : [],
    ),
    ...deltas.flatMap(({ tenant, subject, period, amount }) =>
      period === '' ? [] : [{ owner: tenant, subject, amount }],
    ),
  ]);
}

/** Forgets what was measured of an app that is gone. What it sent and received this month was used nevertheless. */
export async function forgetMeasures(
  tx: Transaction,
  { app, path }: { app: AppId; path: readonly TenantId[] },
): Promise<void> {
  const rows = await tx.execute<{ subject: string; amount: string }[]>(
    `delete from kernel.app_measure where app = ? and period = '' returning subject, amount`,
    [app],
  );
  const deltas = rows.flatMap(({ subject, amount }) =>
    path.map((tenant) => ({ tenant, subject, period: '', amount: -Number(amount) })),
  );
  await addToCounters(tx, deltas);
}

async function saveAmounts(tx: Transaction, measures: readonly Measure[], at: Date): Promise<Change[]> {
  const given = measures.map(({ app, tenant, subject, period, ...rest }) => ({
    app,
    tenant,
    subject,
    period,
    ...rest,
  }));
  const rows = await tx.execute<(Omit<Change, 'amount' | 'delta'> & { amount: string; delta: string })[]>(
    `with given as (
       select * from jsonb_to_recordset(?::jsonb) as given (app text, tenant text, subject text, period text, amount bigint, add bigint)
     ), known as (
       select m.app, m.subject, m.period, m.amount from kernel.app_measure m join given using (app, subject, period)
     ), saved as (
       insert into kernel.app_measure as measure (app, tenant, subject, period, amount, at)
       select g.app, g.tenant, g.subject, g.period, coalesce(g.amount, coalesce(k.amount, 0) + g.add), ?
       from given g left join known k using (app, subject, period) order by g.app, g.subject, g.period
       on conflict (app, subject, period) do update set amount = excluded.amount, at = excluded.at
       returning app, subject, period, amount
     )
     select saved.*, saved.amount - coalesce(known.amount, 0) as delta
     from saved left join known using (app, subject, period)
     where saved.amount is distinct from known.amount`,
    [JSON.stringify(given), at],
  );
  return rows.map((row) => ({ ...row, amount: Number(row.amount), delta: Number(row.delta) }));
}
