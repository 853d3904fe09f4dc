import type { PluginPermissions } from '../access/grant-rules.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import { ApiToken, type Role, type Tenant, type TenantKind } from '../store/entities/index.ts';
import { newId, type TokenId } from '../store/ids.ts';
import { loadPage, type Page, type PageRequest } from '../store/page.ts';
import type { Store } from '../store/store.ts';
import type { TenantService } from '../tenants/tenant.service.ts';
import type { Clock } from '../time/clock.ts';
import { type Actor, storedActor } from './actor.ts';
import { assertCan } from './permissions.ts';
import { hashToken, newToken } from './token.ts';
import { checkScope } from './token-scope.ts';

export interface TokenWish {
  readonly name: string;
  readonly expiresAt?: Date;
  /** What it is limited to; left out is no limit but that of the tenant, and of whoever makes it. */
  readonly permissions?: readonly string[];
  readonly tenants?: readonly string[];
  readonly apps?: readonly string[];
  readonly addresses?: readonly string[];
}

/** API tokens of tenants: for programs that act as the tenant. */
export class TokenService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async list(actor: Actor, tenant: string, page: PageRequest): Promise<Page<ApiToken>> {
    const { id } = await this.#getTenant(actor, tenant, 'token.read');
    return loadPage(this.#needs.store.readerFor(actor), ApiToken, { where: { tenant: id }, ...page });
  }

  /** The token's text is given here and never again. */
  async create(actor: Actor, tenant: string, wish: TokenWish): Promise<{ token: ApiToken; text: string }> {
    const found = await this.#getTenant(actor, tenant, 'token.manage');
    const { id, kind } = found;
    const { name, expiresAt } = wish;
    const role = roles[kind];
    const scope = await checkScope(this.#needs, { actor, tenant: found, role, wish });
    const text = newToken();
    const createdAt = this.#needs.clock.now();
    return this.#needs.store.transactionFor(actor, async (tx) => {
      const values = { id: newId('tok'), name, hash: hashToken(text), account: null, tenant: id, role, ...scope };
      const dates = { createdBy: storedActor(actor), createdAt, expiresAt: expiresAt ?? null, lastUsedAt: null };
      const token = tx.create(ApiToken, { ...values, ...dates }, { persist: true });
      this.#needs.audit.record(tx, {
        actor: storedActor(actor),
        action: 'token.create',
        subject: token.id,
        tenant: id,
        details: { name, ...scope },
      });
      return { token, text };
    });
  }

  async remove(actor: Actor, tenant: string, token: string): Promise<void> {
    const { id } = await this.#getTenant(actor, tenant, 'token.manage');
    await this.#needs.store.transactionFor(actor, async (tx) => {
      const removed = await tx.nativeDelete(ApiToken, { id: token as TokenId, tenant: id });
      if (removed === 0) throw problem('token-not-found', { token });
      this.#needs.audit.record(tx, {
        actor: storedActor(actor),
        action: 'token.remove',
        subject: token,
        tenant: id,
      });
    });
  }

  async #getTenant(actor: Actor, tenant: string, action: 'token.read' | 'token.manage'): Promise<Tenant> {
    const found = await this.#needs.tenants.get(actor, tenant);
    assertCan(actor, action, found.path);
    return found;
  }
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly tenants: TenantService;
  readonly audit: AuditService;
  readonly plugins: PluginPermissions;
}

/** A tenant's token may do what the tenant's own people may do. */
const roles: Record<TenantKind, Role> = { hoster: 'super_admin', reseller: 'reseller', customer: 'customer' };
