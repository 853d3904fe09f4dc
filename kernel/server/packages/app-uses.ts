import type { Use } from '@freehold/sdk';
import type { AppId, TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';

/** One row of what an app takes. */
export interface StoredUse {
  readonly kind: 'limit' | 'feature';
  readonly subject: string;
  readonly key: string;
  readonly amount: number;
  readonly pointer?: string;
}

/** What was said, with what was said of the same together. */
export function toStored(uses: readonly Use[]): StoredUse[] {
  const stored = new Map<string, StoredUse>();
  for (const use of uses) {
    const { pointer } = use;
    const one: StoredUse =
      'limit' in use
        ? { kind: 'limit', subject: use.limit, key: use.key ?? '', amount: use.amount, pointer }
        : { kind: 'feature', subject: use.feature, key: use.value ?? '', amount: 0, pointer };
    const before = stored.get(nameOf(one));
    // What has a key is taken once, however often it is said.
    const amount = one.key === '' ? one.amount + (before?.amount ?? 0) : Math.max(one.amount, before?.amount ?? 0);
    stored.set(nameOf(one), { ...one, amount, pointer: before?.pointer ?? pointer });
  }
  return [...stored.values()].filter(({ kind, amount }) => kind === 'feature' || amount > 0);
}

export async function loadUses(tx: Transaction, app: AppId): Promise<StoredUse[]> {
  const rows = await tx.execute<(Omit<StoredUse, 'amount'> & { amount: string })[]>(
    'select kind, subject, key, amount from kernel.app_use where app = ?',
    [app],
  );
  return rows.map((row) => ({ ...row, amount: Number(row.amount) }));
}

/** Writes what an app takes in place of what it took. */
export async function saveUses(
  tx: Transaction,
  { app, tenant }: { app: AppId; tenant: TenantId },
  { before, after }: { before: readonly StoredUse[]; after: readonly StoredUse[] },
): Promise<void> {
  if (before.length > 0) await tx.execute('delete from kernel.app_use where app = ?', [app]);
  if (after.length === 0) return;
  await tx.execute(
    `insert into kernel.app_use (app, tenant, kind, subject, key, amount)
     select ?, ?, kind, subject, key, amount
     from jsonb_to_recordset(?::jsonb) as given (kind text, subject text, key text, amount bigint)`,
    [app, tenant, JSON.stringify(after.map(({ pointer: _, ...use }) => use))],
  );
}

/** How much more, or less, of each limit the tenant takes when an app takes these in place of those before. */
export async function findDeltas(
  tx: Transaction,
  { app, tenant }: { app: AppId; tenant: TenantId },
  { before, after }: { before: readonly StoredUse[]; after: readonly StoredUse[] },
): Promise<Map<string, number>> {
  const shared = await findShared(tx, { app, tenant }, [...before, ...after]);
  const deltas = new Map<string, number>();
  const add = (uses: readonly StoredUse[], sign: number) => {
    for (const use of uses)
      if (use.kind === 'limit' && !shared.has(nameOf(use)))
        deltas.set(use.subject, (deltas.get(use.subject) ?? 0) + sign * use.amount);
  };
  add(before, -1);
  add(after, 1);
  return new Map([...deltas].filter(([, delta]) => delta !== 0));
}

/** What other apps of the tenant take too, and take once together. */
async function findShared(
  tx: Transaction,
  { app, tenant }: { app: AppId; tenant: TenantId },
  uses: readonly StoredUse[],
): Promise<Set<string>> {
  const keyed = uses.filter(({ kind, key }) => kind === 'limit' && key !== '');
  if (keyed.length === 0) return new Set();
  const rows = await tx.execute<{ kind: 'limit'; subject: string; key: string }[]>(
    `select distinct kind, subject, key from kernel.app_use
     where tenant = ? and app <> ? and subject = any(array[?]::text[]) and key = any(array[?]::text[])`,
    [tenant, app, keyed.map(({ subject }) => subject), keyed.map(({ key }) => key)],
  );
  return new Set(rows.map(nameOf));
}

export function nameOf({ kind, subject, key }: Pick<StoredUse, 'kind' | 'subject' | 'key'>): string {
  return `${kind} ${subject} ${key}`;
}
