import { Package, type PackageFeatures, type PackageLimits, PackageRevision } from '../store/entities/index.ts';
import type { PackageId, TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';
import type { Entitlement, Grant } from './entitlement.ts';

/** A package that a tenant has, with what it gives. */
export interface Assigned extends Grant {
  readonly tenant: TenantId;
  readonly package: PackageId;
  readonly name: string;
  readonly revision: number;
  /** The newest one that could be had. */
  readonly newest: number;
  readonly assignedAt: Date;
}

interface Row {
  readonly tenant: TenantId;
  readonly package: PackageId;
  readonly name: string;
  readonly revision: number;
  readonly newest: number;
  readonly quantity: number;
  readonly limits: PackageLimits;
  readonly features: PackageFeatures;
  readonly assigned_at: string;
}

/** The packages of several tenants with one query. */
export async function loadAssigned(reader: Transaction, tenants: readonly TenantId[]): Promise<Assigned[]> {
  const rows = await reader.execute<Row[]>(
    `select a.tenant, a.package, p.name, a.revision, p.revision as newest, a.quantity, r.limits, r.features, a.assigned_at
     from kernel.package_assignment a
     join kernel.package p on p.id = a.package
     join kernel.package_revision r on r.package = a.package and r.number = a.revision
     where a.tenant = any(array[?]::text[]) order by a.assigned_at, a.package`,
    [tenants],
  );
  return rows.map(({ assigned_at, ...row }) => ({ ...row, assignedAt: new Date(assigned_at) }));
}

/** One of those who share what the tenants above them have. */
export interface Entitled {
  readonly tenant: TenantId;
  readonly entitlement: Entitlement;
}

/**
 * What holds for a tenant, from the one below the hoster down to the tenant itself: what it takes is taken of all of them. The
 * hoster has everything. So has a tenant without a package, of what its reseller has; below the hoster it has the package that
 * everybody has who has no other, if there is one.
 */
export async function loadEntitlements(
  reader: Transaction,
  path: readonly TenantId[],
  defaultPackage: string | null,
): Promise<Entitled[]> {
  const tenants = path.slice(1);
  if (tenants.length === 0) return [];
  const assigned = await loadAssigned(reader, tenants);
  const own = new Set(assigned.map(({ tenant }) => tenant));
  const [top] = tenants;
  const isUsual = defaultPackage !== null && top !== undefined && !own.has(top);
  const usual = isUsual ? await loadDefault(reader, defaultPackage) : 'everything';
  return tenants.map((tenant) => {
    if (own.has(tenant)) return { tenant, entitlement: assigned.filter((one) => one.tenant === tenant) };
    return { tenant, entitlement: tenant === top ? usual : 'everything' };
  });
}

/** What tenants of the hoster have that were given no package; everything when there is no such package. */
export async function loadDefault(reader: Transaction, id: string): Promise<Entitlement> {
  const found = await reader.findOne(Package, { id: id as PackageId });
  if (!found) return 'everything';
  const { limits, features } = await reader.findOneOrFail(PackageRevision, {
    package: found.id,
    number: found.revision,
  });
  return [{ limits, features, quantity: 1 }];
}
