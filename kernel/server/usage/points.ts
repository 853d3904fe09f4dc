import type { Transaction } from '../store/store.ts';

export type StepSize = 'hour' | 'day';

export interface Point {
  /** A tenant or an app. */
  readonly owner: string;
  readonly subject: string;
  readonly amount: number;
}

/**
 * Writes points into the step in which an instant lies. What is there at the time takes the place of what was; of `flows`, the
 * subjects that add up over time, it is added.
 */
export async function savePoints(
  tx: Transaction,
  { at, step, flows }: { at: Date; step: StepSize; flows: readonly string[] },
  points: readonly Point[],
): Promise<void> {
  if (points.length === 0) return;
  await tx.execute(
    `insert into kernel.usage_point as point (owner, subject, step, at, amount)
     select owner, subject, ?, date_trunc(?, ?::timestamptz, 'UTC'), sum(amount)
     from jsonb_to_recordset(?::jsonb) as given (owner text, subject text, amount bigint)
     group by owner, subject order by owner collate "C", subject collate "C"
     on conflict (owner, subject, step, at) do update set amount = excluded.amount
       + case when excluded.subject = any(array[?]::text[]) then point.amount else 0 end`,
    [step, step, at, JSON.stringify(points), flows],
  );
}

export interface Series {
  readonly owner: string;
  readonly subject: string;
  readonly step: StepSize;
  readonly from: Date;
  readonly to: Date;
}

/** The points of a time, with the last one before it: nothing is written as long as nothing changes. */
export async function loadSeries(
  reader: Transaction,
  { owner, subject, step, from, to }: Series,
): Promise<{ at: Date; amount: number }[]> {
  const rows = await reader.execute<{ at: string; amount: string }[]>(
    `(select at, amount from kernel.usage_point
      where owner = ? and subject = ? and step = ? and at < ? order by at desc limit 1)
     union all
     (select at, amount from kernel.usage_point
      where owner = ? and subject = ? and step = ? and at >= ? and at <= ? order by at limit 2000)`,
    [owner, subject, step, from, owner, subject, step, from, to],
  );
  return rows.map(({ at, amount }) => ({ at: new Date(at), amount: Number(amount) }));
}

const DAY = 86_400_000;
/** How long each kind of point is kept. */
const KEPT = { hour: 14 * DAY, day: 800 * DAY };

/**
 * Makes points of days out of those of hours, of what is there the last one of the day, of what came to it the sum; and removes what
 * is old. Can be done at any time, and again: the last two days are computed anew, which no hour is too old for.
 */
export async function rollUp(tx: Transaction, { now, flows }: { now: Date; flows: readonly string[] }): Promise<void> {
  const since = new Date(Math.floor(now.getTime() / DAY) * DAY - 2 * DAY);
  await tx.execute(
    `insert into kernel.usage_point (owner, subject, step, at, amount)
     select owner, subject, 'day', date_trunc('day', at, 'UTC'),
       case when subject = any(array[?]::text[]) then sum(amount) else (array_agg(amount order by at desc))[1] end
     from kernel.usage_point where step = 'hour' and at >= ?
     group by owner, subject, date_trunc('day', at, 'UTC')
     on conflict (owner, subject, step, at) do update set amount = excluded.amount`,
    [flows, since],
  );
  for (const [step, age] of Object.entries(KEPT))
    await tx.execute('delete from kernel.usage_point where step = ? and at < ?', [step, new Date(now.getTime() - age)]);
  await tx.execute(`delete from kernel.usage_counter where period <> '' and period < ?`, [monthsAgo(now)]);
  await tx.execute(`delete from kernel.app_measure where period <> '' and period < ?`, [monthsAgo(now)]);
}

function monthsAgo(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 25, 1)).toISOString().slice(0, 7);
}
