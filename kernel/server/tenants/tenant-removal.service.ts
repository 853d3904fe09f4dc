import { type Actor, storedActor, systemActor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import type { AppLifecycle } from '../apps/app-lifecycle.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import type { SettingService } from '../settings/setting.service.ts';
import { App, Tenant } from '../store/entities/index.ts';
import type { TenantId } from '../store/ids.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { TenantService } from './tenant.service.ts';
import { assertTenantActive, assertTenantPresent, getAbove, lockTenant } from './tenant-access.ts';
import { askToSettle } from './tenant-settlement.ts';

/**
 * Tenants end in two steps. One that is removed keeps everything, and nobody but those above it gets at it; when its time is over it is
 * destroyed, app by app on their nodes, and last itself.
 */
export class TenantRemovalService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async remove(actor: Actor, id: string): Promise<Tenant> {
    const seen = await this.#load(actor, id, 'tenant.remove');
    return this.#needs.store.transaction(async (tx) => {
      const tenant = await lockTenant(tx, seen.id);
      assertTenantPresent(tenant);
      const count = await tx.count(Tenant, { parent: tenant.id, lifecycle: 'present' });
      if (count > 0) throw problem('tenant-has-tenants', { tenant: tenant.slug, count });
      const { tenantRetention } = await this.#needs.settings.load(tx);
      const removedAt = this.#needs.clock.now();
      const purgeAfter = new Date(removedAt.getTime() + tenantRetention * 1_000);
      Object.assign(tenant, { lifecycle: 'removed', removedAt, purgeAfter });
      await this.#finish(tx, actor, { tenant, action: 'tenant.remove' });
      return tenant;
    });
  }

  /** With its people, their roles, its apps and their data. */
  async restore(actor: Actor, id: string): Promise<Tenant> {
    const seen = await this.#load(actor, id, 'tenant.remove');
    return this.#needs.store.transaction(async (tx) => {
      const tenant = await lockTenant(tx, seen.id);
      if (tenant.lifecycle !== 'removed') throw problem('tenant-not-removed', { tenant: tenant.slug });
      await assertTenantActive(tx, { path: [...getAbove(tenant)] });
      Object.assign(tenant, { lifecycle: 'present', removedAt: null, purgeAfter: null });
      await this.#finish(tx, actor, { tenant, action: 'tenant.restore' });
      return tenant;
    });
  }

  /** There is no way back. */
  async purge(actor: Actor, id: string): Promise<Tenant> {
    const seen = await this.#load(actor, id, 'tenant.purge');
    const tenant = await this.#needs.store.transaction(async (tx) => {
      const tenant = await lockTenant(tx, seen.id);
      if (tenant.lifecycle === 'present') throw problem('tenant-not-removed', { tenant: tenant.slug });
      tenant.lifecycle = 'purging';
      await this.#finish(tx, actor, { tenant, action: 'tenant.purge' });
      return tenant;
    });
    await this.#advance(tenant.id);
    return tenant;
  }

  /** A step further with each tenant whose time is over. */
  async purgeDue(): Promise<void> {
    const due = await this.#needs.store.reader().execute<{ id: TenantId }[]>(
      `select id from kernel.tenant where lifecycle = 'purging' or (lifecycle = 'removed' and purge_after <= ?)
         order by cardinality(path) desc, id`,
      [this.#needs.clock.now()],
    );
    for (const { id } of due) await this.#advance(id);
  }

  /** Nodes take their time: as long as an app is there, the tenant is. */
  async #advance(id: TenantId): Promise<void> {
    const { store, lifecycle, clock } = this.#needs;
    await store
      .reader()
      .nativeUpdate(Tenant, { id, lifecycle: 'removed', purgeAfter: { $lte: clock.now() } }, { lifecycle: 'purging' });
    const apps = await store.reader().find(App, { tenant: id }, { orderBy: { id: 'asc' }, limit: 500 });
    for (const app of apps) await lifecycle.destroyNow(app.id);
    if (apps.length === 0) await this.#delete(id);
  }

  async #delete(id: TenantId): Promise<void> {
    await this.#needs.store.transaction(async (tx) => {
      const tenant = await lockTenant(tx, id);
      if (tenant.lifecycle !== 'purging' || (await tx.count(Tenant, { parent: id })) > 0) return;
      this.#needs.audit.record(tx, {
        ...{ actor: storedActor(systemActor), action: 'tenant.destroyed', subject: id },
        details: { name: tenant.name, slug: tenant.slug },
      });
      await tx.execute('delete from kernel.tenant where id = ?', [id]);
    });
  }

  async #finish(tx: Transaction, actor: Actor, { tenant, action }: { tenant: Tenant; action: string }): Promise<void> {
    const { id, name, slug } = tenant;
    this.#needs.audit.record(tx, {
      ...{ actor: storedActor(actor), action, subject: id, tenant: id, details: { name, slug } },
    });
    await askToSettle(tx, id);
  }

  async #load(actor: Actor, id: string, action: 'tenant.remove' | 'tenant.purge'): Promise<Tenant> {
    const found = await this.#needs.tenants.get(actor, id);
    assertCan(actor, action, getAbove(found));
    return found;
  }
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly settings: SettingService;
  readonly tenants: TenantService;
  readonly lifecycle: AppLifecycle;
}
