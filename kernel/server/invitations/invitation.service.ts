import { assertNotStronger, checkGrant, type GrantWish, type PluginPermissions } from '../access/grant-rules.ts';
import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import { hashToken } from '../accounts/token.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import type { Mailer } from '../mail/mailer.ts';
import { randomText } from '../secrets/random-text.ts';
import { Invitation, type Tenant } from '../store/entities/index.ts';
import { type InvitationId, newId } from '../store/ids.ts';
import { loadPage, type Page, type PageRequest } from '../store/page.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { TenantService } from '../tenants/tenant.service.ts';
import type { Clock } from '../time/clock.ts';

const DAYS = 7;

export interface InvitationWish extends GrantWish {
  readonly email: string;
}

/** Offers to become a member of a tenant, which go out by mail. Who is invited decides. */
export class InvitationService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async list(actor: Actor, tenant: string, page: PageRequest): Promise<Page<Invitation>> {
    const { id } = await this.#getTenant(actor, tenant, 'member.read');
    return loadPage(this.#needs.store.readerFor(actor), Invitation, { where: { tenant: id }, ...page });
  }

  /** Inviting somebody again replaces what was offered before, and makes its link worth nothing. */
  async create(actor: Actor, id: string, wish: InvitationWish): Promise<Invitation> {
    const { store, clock, audit, mailer, plugins } = this.#needs;
    const tenant = await this.#getTenant(actor, id, 'member.manage');
    const text = `fhi_${randomText(43)}`;
    return store.transactionFor(actor, async (tx) => {
      const grant = await checkGrant(tx, { actor, tenant, wish, plugins });
      await this.#withdrawBefore(tx, actor, { tenant, email: wish.email });
      const createdAt = clock.now();
      const expiresAt = new Date(createdAt.getTime() + DAYS * 86_400_000);
      const values = { id: newId('inv'), tenant: tenant.id, email: wish.email, ...grant, hash: hashToken(text) };
      const dates = { invitedBy: storedActor(actor), createdAt, expiresAt };
      const invitation = tx.create(Invitation, { ...values, ...dates }, { persist: true });
      audit.record(tx, {
        ...{ actor: storedActor(actor), action: 'invitation.create', subject: invitation.id, tenant: tenant.id },
        details: { email: wish.email, ...grant },
      });
      await mailer.send(tx, {
        ...{ template: 'invitation', to: wish.email, tenant: tenant.id },
        data: { token: text, inviter: actor.name, tenantName: tenant.name, role: grant.role, days: DAYS },
      });
      return invitation;
    });
  }

  async remove(actor: Actor, { tenant, invitation }: { tenant: string; invitation: string }): Promise<void> {
    const found = await this.#getTenant(actor, tenant, 'member.manage');
    await this.#needs.store.transactionFor(actor, async (tx) => {
      const offered = await tx.findOne(Invitation, { id: invitation as InvitationId, tenant: found.id });
      if (!offered) throw problem('invitation-not-found', { invitation });
      assertNotStronger(actor, found, offered.role);
      tx.remove(offered);
      this.#needs.audit.record(tx, {
        ...{ actor: storedActor(actor), action: 'invitation.remove', subject: invitation, tenant: found.id },
        details: { email: offered.email },
      });
    });
  }

  /** Nobody takes back what somebody stronger has offered by offering less. */
  async #withdrawBefore(
    tx: Transaction,
    actor: Actor,
    { tenant, email }: { tenant: Tenant; email: string },
  ): Promise<void> {
    await tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
      `invitation ${tenant.id} ${email.toLowerCase()}`,
    ]);
    const [row] = await tx.execute<{ id: InvitationId }[]>(
      'select id from kernel.invitation where tenant = ? and lower(email) = lower(?)',
      [tenant.id, email],
    );
    if (!row) return;
    const before = await tx.findOneOrFail(Invitation, { id: row.id });
    assertNotStronger(actor, tenant, before.role);
    await tx.nativeDelete(Invitation, { id: row.id });
  }

  async #getTenant(actor: Actor, id: string, action: 'member.read' | 'member.manage'): Promise<Tenant> {
    const tenant = await this.#needs.tenants.get(actor, id);
    assertCan(actor, action, tenant.path);
    return tenant;
  }
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly mailer: Mailer;
  readonly tenants: TenantService;
  readonly plugins: PluginPermissions;
}
