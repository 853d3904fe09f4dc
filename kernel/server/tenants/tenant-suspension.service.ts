import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan, isAsStrong, roleIn } from '../accounts/permissions.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import type { Mailer } from '../mail/mailer.ts';
import {
  Account,
  Membership,
  type SuspensionReason,
  type Tenant,
  type TenantSuspension,
} from '../store/entities/index.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { TenantService } from './tenant.service.ts';
import { assertTenantPresent, getAbove, lockTenant } from './tenant-access.ts';
import { askToSettle } from './tenant-settlement.ts';

/** Suspends tenants with all that is below them. Each reason stands for itself, and ends by itself. */
export class TenantSuspensionService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Saying the same reason again changes its note, and weakens nothing. */
  suspend(actor: Actor, id: string, { reason, note }: SuspensionWish): Promise<Tenant> {
    return this.#change(actor, id, async (tx, tenant) => {
      const role = roleIn(actor, getAbove(tenant)) ?? 'technical_user';
      const before = tenant.suspended.find((one) => one.reason === reason);
      const by = before && isAsStrong(before.by, role) ? before.by : role;
      const at = before?.at ?? this.#needs.clock.now().toISOString();
      const now = { reason, at, by, ...(note !== undefined && { note }) };
      tenant.suspended = [...tenant.suspended.filter((one) => one !== before), now];
      this.#record(tx, actor, {
        tenant,
        action: 'tenant.suspend',
        details: { reason, ...(note !== undefined && { note }) },
      });
      if (!before) await this.#tell(tx, tenant, now);
    });
  }

  /** Without a reason, all that the actor may end. */
  resume(actor: Actor, id: string, { reason }: { reason?: SuspensionReason }): Promise<Tenant> {
    return this.#change(actor, id, async (tx, tenant) => {
      const role = roleIn(actor, getAbove(tenant)) ?? 'technical_user';
      const meant = tenant.suspended.filter((one) => reason === undefined || one.reason === reason);
      const ended = meant.filter(({ by }) => isAsStrong(role, by));
      assertSomething(tenant, { meant, ended, reason });
      tenant.suspended = tenant.suspended.filter((one) => !ended.includes(one));
      this.#record(tx, actor, {
        tenant,
        action: 'tenant.resume',
        details: { reasons: ended.map((one) => one.reason) },
      });
      if (tenant.suspended.length === 0) await this.#tell(tx, tenant);
    });
  }

  async #change(actor: Actor, id: string, change: (tx: Transaction, tenant: Tenant) => Promise<void>): Promise<Tenant> {
    const seen = await this.#needs.tenants.get(actor, id);
    assertCan(actor, 'tenant.suspend', getAbove(seen));
    return this.#needs.store.transaction(async (tx) => {
      const tenant = await lockTenant(tx, seen.id);
      assertTenantPresent(tenant);
      await change(tx, tenant);
      await askToSettle(tx, tenant.id);
      return tenant;
    });
  }

  #record(tx: Transaction, actor: Actor, { tenant, action, details }: Recorded): void {
    const entry = { actor: storedActor(actor), action, subject: tenant.id, tenant: tenant.id, details };
    this.#needs.audit.record(tx, entry);
  }

  /** Those who are responsible for the tenant, and not whoever works on one of its apps. */
  async #tell(tx: Transaction, { id, name: tenantName }: Tenant, suspended?: TenantSuspension): Promise<void> {
    const memberships = await tx.find(Membership, { tenant: id, role: { $ne: 'technical_user' } }, { limit: 50 });
    const accounts = await tx.find(Account, { id: { $in: memberships.map(({ account }) => account) } });
    for (const { email: to, name, language } of accounts) {
      const mail = { to, name, language, tenant: id };
      if (!suspended) await this.#needs.mailer.send(tx, { template: 'tenant-resumed', ...mail, data: { tenantName } });
      else {
        const { reason, note } = suspended;
        const data = { tenantName, reason, ...(note !== undefined && { note }) };
        await this.#needs.mailer.send(tx, { template: 'tenant-suspended', ...mail, data });
      }
    }
  }
}

/** @throws ProblemError tenant-not-suspended, tenant-suspension-not-yours */
function assertSomething({ slug }: Tenant, { meant, ended, reason }: Ending): void {
  const [first] = meant;
  if (!first) throw problem('tenant-not-suspended', { tenant: slug, reason: reason ?? 'whatever' });
  if (ended.length > 0) return;
  const roles = first.by === 'reseller' ? 'super_admin, reseller' : first.by;
  throw problem('tenant-suspension-not-yours', { tenant: slug, reason: first.reason }, { fields: { roles } });
}

export interface SuspensionWish {
  readonly reason: SuspensionReason;
  readonly note?: string;
}

interface Ending {
  readonly meant: readonly TenantSuspension[];
  readonly ended: readonly TenantSuspension[];
  readonly reason: SuspensionReason | undefined;
}

interface Recorded {
  readonly tenant: Tenant;
  readonly action: string;
  readonly details: Record<string, unknown>;
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly mailer: Mailer;
  readonly tenants: TenantService;
}
