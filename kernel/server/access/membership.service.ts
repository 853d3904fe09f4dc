import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import { Account, Membership, type Tenant } from '../store/entities/index.ts';
import type { AccountId } from '../store/ids.ts';
import { decodeCursor, encodeCursor, type Page, type PageRequest } from '../store/page.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { TenantService } from '../tenants/tenant.service.ts';
import { assertNotStronger, checkGrant, type GrantWish, type PluginPermissions } from './grant-rules.ts';

export interface Member {
  readonly membership: Membership;
  readonly account: Pick<Account, 'id' | 'email' | 'name'>;
}

/** Who has access to a tenant. */
export class MembershipService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async list(actor: Actor, tenant: string, { limit, cursor }: PageRequest): Promise<Page<Member>> {
    const { id } = await this.#getTenant(actor, tenant, 'member.read');
    const after = cursor === undefined ? {} : { account: { $lt: decodeCursor(cursor) as AccountId } };
    const found = await this.#needs.store
      .readerFor(actor)
      .find(Membership, { tenant: id, ...after }, { orderBy: { account: 'desc' }, limit: limit + 1 });
    const items = await this.#name(found.slice(0, limit));
    return { items, next: found.length > limit ? encodeCursor(items.at(-1)?.account.id ?? '') : null };
  }

  async change(actor: Actor, { tenant, account }: MemberKey, wish: GrantWish): Promise<Member> {
    const { store, audit, plugins } = this.#needs;
    const found = await this.#getTenant(actor, tenant, 'member.manage');
    const membership = await store.transactionFor(actor, async (tx) => {
      const before = await this.#lock(tx, actor, { tenant: found, account });
      const grant = await checkGrant(tx, { actor, tenant: found, wish, plugins });
      if (before.role === 'super_admin' && grant.role !== 'super_admin') await assertNotLast(tx, found);
      const { role, apps = null, actions = null } = before;
      Object.assign(before, grant);
      audit.record(tx, {
        ...{ actor: storedActor(actor), action: 'member.change', subject: account, tenant: found.id },
        ...{ before: { role, apps, actions }, after: { ...grant } },
      });
      return before;
    });
    const [member] = await this.#name([membership]);
    return member as Member;
  }

  /** People may leave by themselves. */
  async remove(actor: Actor, { tenant, account }: MemberKey): Promise<void> {
    const found = await this.#getTenant(actor, tenant, account === actor.id ? 'tenant.read' : 'member.manage');
    await this.#needs.store.transactionFor(actor, async (tx) => {
      const membership = await this.#lock(tx, actor, { tenant: found, account });
      const { role } = membership;
      if (role === 'super_admin') await assertNotLast(tx, found);
      tx.remove(membership);
      this.#needs.audit.record(tx, {
        ...{ actor: storedActor(actor), action: 'member.remove', subject: account, tenant: found.id },
        details: { role },
      });
    });
  }

  /** Nobody touches the access of somebody who is stronger. @throws ProblemError member-not-found, permission-denied */
  async #lock(
    tx: Transaction,
    actor: Actor,
    { tenant, account }: { tenant: Tenant; account: string },
  ): Promise<Membership> {
    await tx.execute('select from kernel.membership where tenant = ? order by account for update', [tenant.id]);
    const found = await tx.findOne(Membership, { tenant: tenant.id, account: account as AccountId });
    if (!found) throw problem('member-not-found', { account, tenant: tenant.slug });
    if (account !== actor.id) assertNotStronger(actor, tenant, found.role);
    return found;
  }

  async #name(memberships: readonly Membership[]): Promise<Member[]> {
    const ids = memberships.map(({ account }) => account);
    const accounts = await this.#needs.store
      .reader()
      .find(Account, { id: { $in: ids } }, { fields: ['id', 'email', 'name'] });
    const known = new Map(accounts.map((account) => [account.id, account]));
    return memberships.flatMap((membership) => {
      const account = known.get(membership.account);
      return account ? [{ membership, account }] : [];
    });
  }

  async #getTenant(actor: Actor, id: string, action: 'tenant.read' | 'member.read' | 'member.manage'): Promise<Tenant> {
    const tenant = await this.#needs.tenants.get(actor, id);
    assertCan(actor, action, tenant.path);
    return tenant;
  }
}

/** Somebody must be able to let the others in again. */
async function assertNotLast(tx: Transaction, { id }: Tenant): Promise<void> {
  const others = await tx.count(Membership, { tenant: id, role: 'super_admin' });
  if (others < 2) throw problem('last-administrator', {});
}

interface MemberKey {
  readonly tenant: string;
  readonly account: string;
}

interface Needs {
  readonly store: Store;
  readonly audit: AuditService;
  readonly tenants: TenantService;
  readonly plugins: PluginPermissions;
}
