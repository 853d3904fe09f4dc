import type { TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';

/**
 * Held until the transaction ends by whoever takes something for a tenant: of the tenant alone, of those above it together with
 * others. From the top down, so that nobody waits in a circle.
 */
export async function lockEntitlements(tx: Transaction, path: readonly TenantId[]): Promise<void> {
  const own = path.at(-1);
  for (const tenant of path.slice(1))
    await tx.execute(`select pg_advisory_xact_lock${tenant === own ? '' : '_shared'}(hashtextextended(?, 0))`, [
      `entitlement ${tenant}`,
    ]);
}

/** Held by whoever changes what a tenant has: nobody takes anything for it, or below it, meanwhile. */
export async function lockTenant(tx: Transaction, tenant: TenantId): Promise<void> {
  await tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`entitlement ${tenant}`]);
}
