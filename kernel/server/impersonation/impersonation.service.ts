import type { AccessToken, AccessTokens } from '../accounts/access-tokens/access-tokens.ts';
import { type Actor, storedActor } from '../accounts/actor.ts';
import { assertCan, isAsStrong, roleIn } from '../accounts/permissions.ts';
import type { SignInHistory } from '../accounts/sessions/sign-in-history.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import { Account, Membership, Tenant } from '../store/entities/index.ts';
import type { AccountId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import type { TenantService } from '../tenants/tenant.service.ts';

const SECONDS = 30 * 60;

export interface ImpersonationWish {
  readonly tenant: string;
  readonly account: string;
  /** Why: it stands in the audit log. */
  readonly reason: string;
  readonly userAgent: string | undefined;
}

export interface Impersonation {
  readonly account: Account;
  readonly access: AccessToken;
}

/**
 * Acting as somebody else, to see what they see: for half an hour, never as somebody who may do as much or more, never for credentials
 * and money, and the person finds it in the history of the account.
 */
export class ImpersonationService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async begin(actor: Actor, { tenant: id, account, reason, userAgent }: ImpersonationWish): Promise<Impersonation> {
    const tenant = await this.#needs.tenants.get(actor, id);
    assertCan(actor, 'tenant.impersonate', tenant.path);
    const { session } = actor;
    if (session === undefined) throw problem('person-needed', { actor: actor.name });
    const person = await this.#findWeaker(actor, { tenant, account });
    // It is as old as can be: whoever acts as somebody has not proved to be that one.
    const claims = { account: person.id, session, methods: [], authenticatedAt: new Date(0) };
    const access = await this.#needs.tokens.issue({ ...claims, impersonator: actor.id as AccountId }, SECONDS);
    const { store, history, audit } = this.#needs;
    await store.transaction(async (tx) => {
      history.record(tx, {
        ...{ account: person.id, outcome: 'impersonated', method: 'impersonation', session },
        ...{ place: { address: actor.address, userAgent }, impersonator: storedActor(actor) },
      });
      audit.record(tx, {
        ...{ actor: storedActor(actor), action: 'account.impersonate', subject: person.id, tenant: tenant.id },
        details: { email: person.email, reason, until: access.expiresAt.toISOString() },
      });
    });
    return { account: person, access };
  }

  /** Of all that the person may do anywhere, the actor may do more. @throws ProblemError member-not-found, impersonation-refused */
  async #findWeaker(actor: Actor, { tenant, account }: { tenant: Tenant; account: string }): Promise<Account> {
    const reader = this.#needs.store.reader();
    const memberships = await reader.find(Membership, { account: account as AccountId });
    if (!memberships.some((one) => one.tenant === tenant.id))
      throw problem('member-not-found', { account, tenant: tenant.slug });
    const tenants = await reader.find(Tenant, { id: { $in: memberships.map((one) => one.tenant) } });
    const paths = new Map(tenants.map(({ id, path }) => [id, path]));
    const stronger = memberships.every((one) => {
      const own = roleIn(actor, paths.get(one.tenant) ?? []);
      return own !== undefined && !isAsStrong(one.role, own);
    });
    if (!stronger) throw problem('impersonation-refused', { actor: actor.name });
    return reader.findOneOrFail(Account, { id: account as AccountId });
  }
}

interface Needs {
  readonly store: Store;
  readonly audit: AuditService;
  readonly tenants: TenantService;
  readonly tokens: AccessTokens;
  readonly history: SignInHistory;
}
