import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import { PackageRevision, type Tenant } from '../store/entities/index.ts';
import type { PackageId, TenantId } from '../store/ids.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { TenantService } from '../tenants/tenant.service.ts';
import type { Clock } from '../time/clock.ts';
import type { EntitlementService } from './entitlement.service.ts';
import type { EntitlementCatalogue } from './entitlement-catalogue.ts';
import { type Assigned, loadAssigned } from './grants.ts';
import { lockTenant } from './lock.ts';
import { findObstacles, type Obstacle } from './obstacles.ts';
import type { PackageService } from './package.service.ts';
import type { PackageDetails } from './visible-packages.ts';

/** A package that a tenant is to have. */
export interface Wish {
  readonly package: string;
  /** Default: the one that the tenant has; of a package it does not have, the newest. */
  readonly revision?: number;
  readonly quantity?: number;
}

/** What a tenant has, and whether what it uses fits something else. */
export class AssignmentService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async list(actor: Actor, id: string): Promise<{ tenant: Tenant; assigned: Assigned[] }> {
    const tenant = await this.#needs.tenants.get(actor, id);
    assertCan(actor, 'package.read', tenant.path);
    return { tenant, assigned: await loadAssigned(this.#needs.store.reader(), [tenant.id]) };
  }

  /** What would be in the way of having exactly these. Changes nothing. */
  async check(actor: Actor, id: string, wishes: readonly Wish[]): Promise<Obstacle[]> {
    const tenant = await this.#getTenant(actor, id);
    const reader = this.#needs.store.reader();
    const wanted = await this.#resolve(reader, actor, { tenant, wishes });
    return this.#findObstacles(reader, tenant, wanted);
  }

  /**
   * Gives the tenant exactly these packages. What it uses must fit them, unless it is forced: then what is there stays, and nothing can
   * be added before it fits.
   *
   * @throws ProblemError package-does-not-fit
   */
  async assign(
    actor: Actor,
    id: string,
    { packages, force }: { packages: readonly Wish[]; force: boolean },
  ): Promise<Assigned[]> {
    const seen = await this.#getTenant(actor, id);
    await this.#needs.store.transaction(async (tx) => {
      await lockTenant(tx, seen.id);
      const before = await loadAssigned(tx, [seen.id]);
      const wanted = await this.#resolve(tx, actor, { tenant: seen, wishes: packages });
      const obstacles = force ? [] : await this.#findObstacles(tx, seen, wanted);
      if (obstacles.length > 0) throw refusal(obstacles);
      await saveAssigned(tx, seen.id, { wanted, before, now: this.#needs.clock.now() });
      this.#needs.audit.record(tx, {
        actor: storedActor(actor),
        action: 'package.assign',
        subject: seen.id,
        tenant: seen.id,
        before: before.map(short),
        after: wanted.map(short),
        details: { force },
      });
    });
    return loadAssigned(this.#needs.store.reader(), [seen.id]);
  }

  /** Nobody gives packages to itself: it is for whoever may in the tenant above. */
  async #getTenant(actor: Actor, id: string): Promise<Tenant> {
    const tenant = await this.#needs.tenants.get(actor, id);
    const above = tenant.path.slice(0, -1);
    if (above.length === 0)
      throw problem('package-not-for-tenant', {
        package: '',
        tenant: tenant.name,
        reason: 'the hoster has everything.',
      });
    assertCan(actor, 'package.assign', above);
    return tenant;
  }

  async #resolve(reader: Transaction, actor: Actor, { tenant, wishes }: { tenant: Tenant; wishes: readonly Wish[] }) {
    const before = await loadAssigned(reader, [tenant.id]);
    const twice = wishes.find((wish, index) => wishes.findIndex((one) => one.package === wish.package) < index);
    if (twice)
      throw problem('package-not-for-tenant', {
        package: twice.package,
        tenant: tenant.name,
        reason: 'it is named twice.',
      });
    const wanted: Assigned[] = [];
    for (const wish of wishes) wanted.push(await this.#resolveOne(reader, actor, { tenant, wish, before }));
    return wanted;
  }

  async #resolveOne(reader: Transaction, actor: Actor, { tenant, wish, before }: Resolving): Promise<Assigned> {
    const found = await this.#needs.packages.get(actor, wish.package, reader);
    const had = before.find((one) => one.package === found.id);
    assertFor(tenant, found, had !== undefined);
    const number = wish.revision ?? had?.revision ?? found.revision;
    const revision = await reader.findOne(PackageRevision, { package: found.id, number });
    if (!revision) throw problem('package-revision-not-found', { package: found.id, revision: number });
    const { limits, features } = revision;
    return {
      ...{ tenant: tenant.id, package: found.id, name: found.name, revision: number, newest: found.revision },
      ...{ quantity: wish.quantity ?? had?.quantity ?? 1, limits, features },
      assignedAt: had?.assignedAt ?? this.#needs.clock.now(),
    };
  }

  async #findObstacles(reader: Transaction, { id, path }: Tenant, wanted: readonly Assigned[]): Promise<Obstacle[]> {
    const { entitlements, catalogue, clock } = this.#needs;
    const entitlement = wanted.length > 0 ? wanted : await entitlements.loadWithoutPackages(reader, path);
    return findObstacles(reader, { tenant: id, entitlement, now: clock.now() }, catalogue);
  }
}

/** Its own seller's, or one of whoever provides hosting to that one; what is archived only to those who have it. */
function assertFor(tenant: Tenant, found: PackageDetails, isThere: boolean): void {
  if (!tenant.path.slice(0, -1).includes(found.tenant))
    throw problem('package-not-for-tenant', { package: found.name, tenant: tenant.name, reason: 'others sell it.' });
  if (found.archivedAt && !isThere) throw problem('package-archived', { package: found.name });
}

async function saveAssigned(
  tx: Transaction,
  tenant: TenantId,
  { wanted, before, now }: { wanted: readonly Assigned[]; before: readonly Assigned[]; now: Date },
): Promise<void> {
  const gone = before.filter((one) => !wanted.some((other) => other.package === one.package)).map((one) => one.package);
  await tx.execute('delete from kernel.package_assignment where tenant = ? and package = any(array[?]::text[])', [
    tenant,
    gone,
  ]);
  for (const { package: id, revision, quantity } of wanted)
    await tx.execute(
      `insert into kernel.package_assignment (tenant, package, revision, quantity, assigned_at) values (?, ?, ?, ?, ?)
       on conflict (tenant, package) do update set revision = excluded.revision, quantity = excluded.quantity`,
      [tenant, id satisfies PackageId, revision, quantity, now],
    );
}

function refusal(obstacles: readonly Obstacle[]) {
  const errors = obstacles.map(({ kind, message, apps }) => ({
    ...{ pointer: '/packages', rule: kind, message },
    ...(apps.length > 0 && { value: apps.map(({ name }) => name).join(', ') }),
  }));
  return problem('package-does-not-fit', { reasons: obstacles.map(({ message }) => message).join(' ') }, { errors });
}

function short({ package: id, name, revision, quantity }: Assigned) {
  return { package: id, name, revision, quantity };
}

interface Resolving {
  readonly tenant: Tenant;
  readonly wish: Wish;
  readonly before: readonly Assigned[];
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly tenants: TenantService;
  readonly packages: PackageService;
  readonly entitlements: EntitlementService;
  readonly catalogue: EntitlementCatalogue;
}
