import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import { sameJson } from '../json/same-json.ts';
import type { SettingService } from '../settings/setting.service.ts';
import { Brand as StoredBrand, type Tenant } from '../store/entities/index.ts';
import type { TenantId } from '../store/ids.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { TenantService } from '../tenants/tenant.service.ts';
import type { Clock } from '../time/clock.ts';
import { type Brand, mergeBrands } from './brand.ts';

/** What is null is as with the tenant above. */
export type BrandWish = { readonly [Key in Exclude<keyof StoredBrand, 'tenant' | 'updatedAt'>]?: string | null };

export interface BrandOfTenant {
  /** What the tenant says itself; undefined when it says nothing. */
  readonly own: StoredBrand | undefined;
  readonly effective: Brand;
}

/** How hosters and resellers appear to their customers. */
export class BrandService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** The brand that counts for a tenant; for none, the hoster's. The transaction may have just made the tenant. */
  async find(tx: Transaction, tenant: TenantId | undefined): Promise<Brand> {
    const nearestFirst = await tx.execute<Partial<StoredBrand>[]>(
      `select name, color, logo_url as "logoUrl", support_email as "supportEmail", sender, footer from kernel.brands_of(?)`,
      [tenant ?? null],
    );
    return mergeBrands(nearestFirst, await this.#needs.settings.knownIn(tx));
  }

  async get(actor: Actor, id: string): Promise<BrandOfTenant> {
    const tenant = await this.#needs.tenants.get(actor, id);
    assertCan(actor, 'brand.read', tenant.path);
    const own = await this.#reader().findOne(StoredBrand, { tenant: tenant.id });
    return { own: own ?? undefined, effective: await this.find(this.#reader(), tenant.id) };
  }

  /** Takes the place of what was said before. */
  async set(actor: Actor, id: string, wish: BrandWish): Promise<BrandOfTenant> {
    const tenant = await this.#needs.tenants.get(actor, id);
    assertCan(actor, 'brand.manage', tenant.path);
    assertHasCustomers(tenant);
    await this.#needs.store.transactionFor(actor, async (tx) => {
      const before = await tx.findOne(StoredBrand, { tenant: tenant.id });
      assertMaySendAs(actor, before?.sender ?? null, wish.sender ?? null);
      const fields = { ...NOTHING, ...wish };
      const was = before && fieldsOf(before);
      if (was && sameJson(was, fields)) return;
      await tx.upsert(StoredBrand, { tenant: tenant.id, ...fields, updatedAt: this.#needs.clock.now() });
      this.#audit(tx, { actor, tenant, before: was, after: fields });
    });
    return this.get(actor, id);
  }

  async remove(actor: Actor, id: string): Promise<void> {
    const tenant = await this.#needs.tenants.get(actor, id);
    assertCan(actor, 'brand.manage', tenant.path);
    await this.#needs.store.transactionFor(actor, async (tx) => {
      const before = await tx.findOne(StoredBrand, { tenant: tenant.id });
      if (!before) return;
      await tx.nativeDelete(StoredBrand, { tenant: tenant.id });
      this.#audit(tx, { actor, tenant, before: fieldsOf(before), after: null });
    });
  }

  #audit(tx: Transaction, { actor, tenant, before, after }: Change): void {
    const { id } = tenant;
    const entry = { actor: storedActor(actor), action: 'brand.change', subject: id, tenant: id, before, after };
    this.#needs.audit.record(tx, entry);
  }

  #reader(): Transaction {
    return this.#needs.store.reader();
  }
}

const NOTHING = { name: null, color: null, logoUrl: null, supportEmail: null, sender: null, footer: null };

function fieldsOf({ name, color, logoUrl, supportEmail, sender, footer }: StoredBrand): BrandWish {
  return { name, color, logoUrl, supportEmail, sender, footer };
}

function assertHasCustomers({ kind, id }: Tenant): void {
  if (kind === 'customer') throw problem('brand-not-for-customers', { tenant: id });
}

/** The mail server is the hoster's: who sends with a foreign address through it is found out as the hoster. */
function assertMaySendAs(actor: Actor, before: string | null, wanted: string | null): void {
  if (wanted !== null && wanted !== before) assertCan(actor, 'settings.manage');
}

interface Change {
  readonly actor: Actor;
  readonly tenant: Tenant;
  readonly before: unknown;
  readonly after: unknown;
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly tenants: TenantService;
  readonly settings: SettingService;
}
