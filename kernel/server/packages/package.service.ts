import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan, assertCanSomewhere } from '../accounts/permissions.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import { sameJson } from '../json/same-json.ts';
import { Package, PackageRevision, Tenant, type Visibility } from '../store/entities/index.ts';
import { newId, type PackageId, type TenantId } from '../store/ids.ts';
import type { Page, PageRequest } from '../store/page.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { TenantService } from '../tenants/tenant.service.ts';
import type { Clock } from '../time/clock.ts';
import type { EntitlementService } from './entitlement.service.ts';
import type { EntitlementCatalogue } from './entitlement-catalogue.ts';
import { assertKnown, assertWithin, type Contents } from './package-contents.ts';
import { loadPackages, type PackageDetails, type PackageFilter } from './visible-packages.ts';

export interface NewPackage extends Partial<Contents> {
  readonly tenant?: string;
  readonly name: string;
  readonly description?: string;
  readonly visibility?: Visibility;
}

export interface PackageChange extends Partial<Contents> {
  readonly name?: string;
  readonly description?: string;
  readonly visibility?: Visibility;
  readonly archived?: boolean;
}

/** What hosters and resellers sell. Who has a package keeps the revision that was assigned, until somebody moves the tenant. */
export class PackageService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  list(actor: Actor, filter: PackageFilter, page: PageRequest): Promise<Page<PackageDetails>> {
    assertCanSomewhere(actor, 'package.read');
    return loadPackages(this.#needs.store.reader(), actor, { filter, ...page });
  }

  /** @throws ProblemError package-not-found, also for one that is no concern of the actor */
  async get(actor: Actor, id: string, reader: Transaction = this.#needs.store.reader()): Promise<PackageDetails> {
    assertCanSomewhere(actor, 'package.read');
    const { items } = await loadPackages(reader, actor, { filter: { id }, limit: 1 });
    if (!items[0]) throw problem('package-not-found', { package: id });
    return items[0];
  }

  /** The newest first. */
  async listRevisions(actor: Actor, id: string): Promise<PackageRevision[]> {
    const found = await this.get(actor, id);
    await this.#assertSeller(actor, found.tenant);
    const order = { orderBy: { number: 'desc' } } as const;
    return this.#needs.store.reader().find(PackageRevision, { package: found.id }, order);
  }

  async create(actor: Actor, wish: NewPackage): Promise<PackageDetails> {
    const seller = await this.#needs.tenants.getOwn(actor, wish.tenant);
    assertCan(actor, 'package.manage', seller.path);
    if (seller.kind === 'customer')
      throw problem('package-not-for-tenant', {
        package: wish.name,
        tenant: seller.name,
        reason: 'customers sell none.',
      });
    const { name, description = '', visibility = 'hidden', limits = {}, features = {} } = wish;
    const contents = { limits, features };
    assertKnown(contents, this.#needs.catalogue);
    const id = newId('pkg');
    await this.#needs.store.transaction(async (tx) => {
      await this.#assertWithin(tx, seller, contents);
      await assertNameFree(tx, seller.id, name);
      const values = { id, tenant: seller.id, name, visibility, revision: 1, createdAt: this.#needs.clock.now() };
      tx.create(Package, { ...values, archivedAt: null }, { persist: true });
      this.#revise(tx, actor, { package: id, number: 1, description, ...contents });
      this.#record(tx, actor, { id, tenant: seller.id, action: 'package.create' }, { after: { ...wish } });
    });
    return this.get(actor, id);
  }

  /** What changes what it gives makes a new revision. */
  async change(actor: Actor, id: string, wish: PackageChange): Promise<PackageDetails> {
    const seen = await this.get(actor, id);
    const seller = await this.#assertSeller(actor, seen.tenant);
    await this.#needs.store.transaction(async (tx) => {
      await tx.execute('select from kernel.package where id = ? for update', [seen.id]);
      const found = await tx.findOneOrFail(Package, { id: seen.id });
      const newest = await tx.findOneOrFail(PackageRevision, { package: seen.id, number: found.revision });
      const { name = found.name, visibility = found.visibility, archived = found.archivedAt != null } = wish;
      if (!archived && (name !== found.name || found.archivedAt))
        await assertNameFree(tx, found.tenant, name, found.id);
      const before = { ...found };
      await this.#changeContents(tx, actor, { seller, found, newest, wish });
      const archivedAt = archived ? (found.archivedAt ?? this.#needs.clock.now()) : null;
      Object.assign(found, { name, visibility, archivedAt });
      const was = { ...pick(newest), name: before.name, visibility: before.visibility };
      this.#record(
        tx,
        actor,
        { id: found.id, tenant: found.tenant, action: 'package.change' },
        { before: was, after: wish },
      );
    });
    return this.get(actor, id);
  }

  async #changeContents(tx: Transaction, actor: Actor, { seller, found, newest, wish }: Changed): Promise<void> {
    const before = pick(newest);
    const { limits, features, description } = wish;
    const after = {
      limits: limits ?? before.limits,
      features: features ?? before.features,
      description: description ?? before.description,
    };
    if (sameJson(before, after)) return;
    assertKnown(after, this.#needs.catalogue);
    await this.#assertWithin(tx, seller, after);
    found.revision += 1;
    this.#revise(tx, actor, { package: found.id, number: found.revision, ...after });
  }

  async #assertSeller(actor: Actor, id: TenantId): Promise<Tenant> {
    const seller = await this.#needs.store.reader().findOneOrFail(Tenant, { id });
    assertCan(actor, 'package.manage', seller.path);
    return seller;
  }

  async #assertWithin(tx: Transaction, seller: Tenant, contents: Contents): Promise<void> {
    const own = (await this.#needs.entitlements.load(tx, seller.path)).at(-1);
    assertWithin(contents, own?.entitlement ?? 'everything', this.#needs.catalogue);
  }

  #revise(
    tx: Transaction,
    actor: Actor,
    values: Pick<PackageRevision, 'package' | 'number' | 'description'> & Contents,
  ): void {
    const createdAt = this.#needs.clock.now();
    tx.create(PackageRevision, { ...values, actor: storedActor(actor), createdAt }, { persist: true });
  }

  #record(
    tx: Transaction,
    actor: Actor,
    { id, tenant, action }: { id: PackageId; tenant: TenantId; action: string },
    details: { before?: unknown; after?: unknown },
  ): void {
    this.#needs.audit.record(tx, { actor: storedActor(actor), action, subject: id, tenant, ...details });
  }
}

/** The unique index stands behind it; the lock makes the second of two who race wait for the answer. */
async function assertNameFree(tx: Transaction, tenant: TenantId, name: string, but = ''): Promise<void> {
  await tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`package ${tenant} ${name.toLowerCase()}`]);
  const taken = await tx.execute(
    'select from kernel.package where tenant = ? and lower(name) = lower(?) and archived_at is null and id <> ?',
    [tenant, name, but],
  );
  if (taken.length > 0) throw problem('package-name-taken', { name });
}

function pick({ description, limits, features }: PackageRevision) {
  return { limits, features, description };
}

interface Changed {
  readonly seller: Tenant;
  readonly found: Package;
  readonly newest: PackageRevision;
  readonly wish: PackageChange;
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly tenants: TenantService;
  readonly entitlements: EntitlementService;
  readonly catalogue: EntitlementCatalogue;
}
