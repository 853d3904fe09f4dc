import { problem } from '../errors/problem.ts';
import { ApiToken } from '../store/entities/index.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { AccessCache } from './access-cache/access-cache.ts';
import type { Actor } from './actor.ts';
import { isAmong } from './address-list.ts';
import type { Authenticated } from './authentication.service.ts';
import { hashToken } from './token.ts';

/** Milliseconds: how exactly the last use of a token is known. Each use would otherwise be a write. */
const USE_RESOLUTION = 60_000;

/** Says who an API token stands for: a tenant, with one role, or a person, with all memberships. */
export class ApiTokenAuthentication {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** @throws ProblemError unauthenticated */
  async authenticate(text: string, address?: string): Promise<Authenticated> {
    const token = await this.#needs.cache.loadToken(hashToken(text));
    if (!token) throw problem('unauthenticated', { reason: 'the token is unknown' });
    const now = this.#needs.clock.now();
    if (token.expiresAt && token.expiresAt <= now)
      throw problem('unauthenticated', { reason: 'the token has expired' });
    if (token.addresses && !(address && isAmong(token.addresses, address)))
      throw problem('unauthenticated', { reason: 'the token cannot be used from this address' });
    await this.#recordUse(token, now, address);
    return this.#loadActor(token);
  }

  async #loadActor(token: ApiToken): Promise<Authenticated> {
    const { id, tenant, role, name } = token;
    if (tenant && role) {
      const actor: Actor = {
        kind: 'account',
        id,
        name: `token ${name}`,
        memberships: [{ tenant, role }],
        ...scopeOf(token),
      };
      return { actor, account: undefined, token: id };
    }
    const account = token.account && (await this.#needs.cache.loadAccount(token.account));
    if (!account) throw problem('unauthenticated', { reason: 'the token is unknown' });
    const { memberships } = account;
    return {
      actor: { kind: 'account', id: account.id, name: account.email, memberships, ...scopeOf(token) },
      account,
      token: id,
    };
  }

  /** The row in the cache is ours alone, so that it says when it was last written, too. */
  async #recordUse(token: ApiToken, now: Date, address: string | undefined): Promise<void> {
    if (token.lastUsedAt && now.getTime() - token.lastUsedAt.getTime() < USE_RESOLUTION) return;
    token.lastUsedAt = now;
    await this.#needs.store.reader().nativeUpdate(
      ApiToken,
      { id: token.id },
      {
        lastUsedAt: now,
        lastUsedAddress: address ?? null,
      },
    );
  }
}

function scopeOf({
  permissions = null,
  tenants = null,
  apps = null,
  addresses = null,
}: ApiToken): Pick<Actor, 'scope'> {
  if (!permissions && !tenants && !apps && !addresses) return {};
  return { scope: { permissions, tenants, apps, addresses } };
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly cache: AccessCache;
}
