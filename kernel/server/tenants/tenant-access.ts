import { problem } from '../errors/problem.ts';
import { Tenant } from '../store/entities/index.ts';
import type { TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';

/**
 * The path to whatever is above a tenant: who suspends and removes it must have a role there. Nobody does it to themselves.
 * @throws ProblemError tenant-is-hoster
 */
export function getAbove({ kind, path }: Pick<Tenant, 'kind' | 'path'>): readonly TenantId[] {
  if (kind === 'hoster') throw problem('tenant-is-hoster', {});
  return path.slice(0, -1);
}

/** The tenant as it is now, held until the transaction ends. @throws ProblemError tenant-not-found */
export async function lockTenant(tx: Transaction, id: TenantId): Promise<Tenant> {
  await tx.execute('select from kernel.tenant where id = ? for update', [id]);
  const found = await tx.findOne(Tenant, { id }, { refresh: true });
  if (!found) throw problem('tenant-not-found', { tenant: id });
  return found;
}

/** @throws ProblemError tenant-not-present */
export function assertTenantPresent({ slug, lifecycle }: Tenant): void {
  if (lifecycle !== 'present') throw problem('tenant-not-present', { tenant: slug });
}

/** Nothing new begins in a tenant that is suspended, or below one. @throws ProblemError tenant-suspended, tenant-not-present */
export async function assertTenantActive(reader: Transaction, { path }: Pick<Tenant, 'path'>): Promise<void> {
  const tenants = await reader.find(Tenant, { id: { $in: path } });
  for (const tenant of tenants) {
    assertTenantPresent(tenant);
    const [first] = tenant.suspended;
    if (first) throw problem('tenant-suspended', { tenant: tenant.slug, reason: first.reason });
  }
}
