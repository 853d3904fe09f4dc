import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import { randomText } from '../secrets/random-text.ts';
import { Tenant, type TenantKind } from '../store/entities/index.ts';
import { newId, type TenantId } from '../store/ids.ts';
import { loadPage, type Page, type PageRequest } from '../store/page.ts';
import { beyondScope } from '../store/row-security.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { visibleTenants } from './scope.ts';
import { assertTenantActive } from './tenant-access.ts';

export interface NewTenant {
  readonly name: string;
  readonly slug?: string;
  readonly kind?: Exclude<TenantKind, 'hoster'>;
  readonly parent?: string;
}

export interface TenantFilter {
  readonly kind?: TenantKind;
  readonly lifecycle?: Tenant['lifecycle'];
  readonly parent?: TenantId;
  /** Beginning of the short name. */
  readonly search?: string;
}

/** Who owns things. */
export class TenantService {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #audit: AuditService;

  constructor(needs: { store: Store; clock: Clock; audit: AuditService }) {
    this.#store = needs.store;
    this.#clock = needs.clock;
    this.#audit = needs.audit;
  }

  list(actor: Actor, { search, ...filter }: TenantFilter, page: PageRequest): Promise<Page<Tenant>> {
    const found =
      search === undefined ? {} : { slug: { $like: `${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%` } };
    const where = { $and: [filter, found, visibleTenants(actor)] };
    return loadPage(this.#store.readerFor(actor), Tenant, { where, ...page });
  }

  /** @throws ProblemError tenant-not-found, also for a tenant that is no concern of the actor */
  async get(actor: Actor, id: string, reader: Transaction = this.#store.readerFor(actor)): Promise<Tenant> {
    const found = await reader.findOne(Tenant, { $and: [{ id: id as TenantId }, visibleTenants(actor)] });
    if (!found) throw problem('tenant-not-found', { tenant: id });
    return found;
  }

  create(actor: Actor, wish: NewTenant): Promise<Tenant> {
    return this.#store.transactionFor(actor, (tx) => this.createWithin(tx, actor, wish));
  }

  /** Together with whatever else the transaction makes. */
  async createWithin(
    tx: Transaction,
    actor: Actor,
    { name, slug, kind = 'customer', parent }: NewTenant,
  ): Promise<Tenant> {
    const above = await this.#findParent(tx, actor, parent);
    assertCan(actor, 'tenant.create', above.path);
    await assertTenantActive(tx, above);
    if (!suits(kind, above.kind))
      throw problem('tenant-parent-not-suitable', { kind, parentKind: above.kind, parent: above.slug });
    const id = newId('tnt');
    const chosen = slug ?? (await this.#freeSlug(tx, name));
    await this.#assertFree(tx, chosen);
    const createdAt = this.#clock.now();
    const values = { id, kind, name, slug: chosen, parent: above.id, path: [...above.path, id], createdAt };
    const tenant = tx.create(Tenant, values, { persist: true });
    // What is written of it is looked at by the database, which wants to know the tenant first.
    await tx.flush();
    this.#audit.record(tx, {
      actor: storedActor(actor),
      action: 'tenant.create',
      subject: id,
      tenant: id,
      details: { name, slug: chosen, kind },
    });
    return tenant;
  }

  change(actor: Actor, id: string, wish: { name?: string; slug?: string }): Promise<Tenant> {
    return this.#store.transactionFor(actor, async (tx) => {
      const tenant = await this.get(actor, id, tx);
      assertCan(actor, 'tenant.change', tenant.path);
      const before = { name: tenant.name, slug: tenant.slug };
      if (wish.slug !== undefined && wish.slug !== tenant.slug) await this.#assertFree(tx, wish.slug);
      Object.assign(tenant, { name: wish.name ?? tenant.name, slug: wish.slug ?? tenant.slug });
      const after = { name: tenant.name, slug: tenant.slug };
      this.#audit.record(tx, {
        actor: storedActor(actor),
        action: 'tenant.change',
        subject: tenant.id,
        tenant: tenant.id,
        details: { before, after },
      });
      return tenant;
    });
  }

  /** The only tenant that the actor acts for, unless one is named. A super administrator acts for the hoster. */
  async getOwn(
    actor: Actor,
    named: string | undefined,
    reader: Transaction = this.#store.readerFor(actor),
  ): Promise<Tenant> {
    if (named !== undefined) return this.get(actor, named, reader);
    const [only, ...others] = actor.memberships;
    if (!only || others.length > 0) throw problem('tenant-needed', { count: actor.memberships.length });
    return this.get(actor, only.tenant, reader);
  }

  async #findParent(tx: Transaction, actor: Actor, parent: string | undefined): Promise<Tenant> {
    if (parent !== undefined) return this.get(actor, parent, tx);
    return this.getOwn(actor, undefined, tx);
  }

  async #assertFree(tx: Transaction, slug: string): Promise<void> {
    // The unique index alone would do, but could not be told apart from the others.
    await tx.execute('select pg_advisory_xact_lock(hashtext(?))', [`slug ${slug}`]);
    if (await isTaken(tx, slug)) throw problem('tenant-slug-taken', { slug });
  }

  async #freeSlug(tx: Transaction, name: string): Promise<string> {
    const slug = slugOf(name);
    const taken = slug === '' || (await isTaken(tx, slug));
    return taken ? `${slug || 'tenant'}-${randomText(6).toLowerCase()}` : slug;
  }
}

/** By any tenant of the installation, also by those that are no concern of whoever asks. */
function isTaken(tx: Transaction, slug: string): Promise<boolean> {
  return beyondScope(tx, async () => {
    const found = await tx.execute<object[]>('select from kernel.tenant where slug = ?', [slug]);
    return found.length > 0;
  });
}

function suits(kind: TenantKind, parent: TenantKind): boolean {
  return kind === 'reseller' ? parent === 'hoster' : parent !== 'customer';
}

/** "Bäckerei Müller & Söhne" → "backerei-muller-sohne". */
function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '');
}
