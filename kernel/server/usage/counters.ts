import type { TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';

/** What a tenant, with all below it, uses of one limit. */
export interface Counter {
  readonly tenant: TenantId;
  readonly subject: string;
  /** `2026-11`; empty for what is there at the time. */
  readonly period: string;
  readonly amount: number;
}

type Row = Omit<Counter, 'amount'> & { amount: string };

/**
 * Adds to counters and gives what they are then. The rows are held until the transaction ends, so whoever takes of the same waits;
 * they are taken in one order, so that nobody waits in a circle.
 */
export async function addToCounters(tx: Transaction, deltas: readonly Counter[]): Promise<Counter[]> {
  if (deltas.length === 0) return [];
  const rows = await tx.execute<Row[]>(
    `insert into kernel.usage_counter as counter (tenant, subject, period, amount)
     select tenant, subject, period, sum(amount)
     from jsonb_to_recordset(?::jsonb) as given (tenant text, subject text, period text, amount bigint)
     group by tenant, subject, period order by tenant collate "C", subject collate "C", period collate "C"
     on conflict (tenant, subject, period) do update set amount = counter.amount + excluded.amount
     returning tenant, subject, period, amount`,
    [JSON.stringify(deltas)],
  );
  return rows.map(toCounter);
}

export async function loadCounters(
  reader: Transaction,
  tenants: readonly TenantId[],
  periods: readonly string[],
): Promise<Counter[]> {
  const rows = await reader.execute<Row[]>(
    `select tenant, subject, period, amount from kernel.usage_counter
     where tenant = any(array[?]::text[]) and period = any(array[?]::text[])`,
    [tenants, periods],
  );
  return rows.map(toCounter);
}

/** The month of UTC in which an instant lies. */
export function monthOf(at: Date): string {
  return at.toISOString().slice(0, 7);
}

function toCounter(row: Row): Counter {
  return { ...row, amount: Number(row.amount) };
}
