import { problem } from '../errors/problem.ts';
import type { AccountId, SessionId, TokenId } from '../store/ids.ts';
import type { AccessCache, KnownAccount } from './access-cache/access-cache.ts';
import type { AccessClaims, AccessTokens } from './access-tokens/access-tokens.ts';
import type { Actor } from './actor.ts';
import type { ApiTokenAuthentication } from './api-token-authentication.ts';

export interface Authenticated {
  readonly actor: Actor;
  /** Absent when a tenant's API token asks. */
  readonly account: KnownAccount | undefined;
  /** When a person asks who signed in. */
  readonly session?: SessionId;
  /** When an API token asks. */
  readonly token?: TokenId;
}

/** Says who a request comes from. Once somebody is known, it asks the database nothing. */
export class AuthenticationService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
    needs.cache.onForget(() => needs.accessTokens.forget());
  }

  /** For what goes on for a long time: tells when whoever asked may not be who they were. Gives the function that ends it. */
  watch({ actor, account, token }: Authenticated, tell: () => void): () => void {
    const { session, impersonator } = actor;
    const keys = [
      ...(account ? [`account ${account.id}`] : []),
      ...(impersonator ? [`account ${impersonator.id}`] : []),
      ...(session ? [`session ${session}`] : []),
      ...(token ? [`token ${token}`] : []),
    ];
    return this.#needs.cache.watch(keys, tell);
  }

  /** For whoever has changed something: the next request sees it, on this server at once. */
  settle(): Promise<void> {
    return this.#needs.cache.settle();
  }

  /** @throws ProblemError unauthenticated */
  async authenticate(secret: string | undefined, address?: string): Promise<Authenticated> {
    if (!secret) throw problem('unauthenticated', { reason: 'the header is missing or malformed' });
    const { accessTokens, apiTokens } = this.#needs;
    if (!accessTokens.looksLikeOne(secret)) return apiTokens.authenticate(secret, address);
    return this.#loadPerson(await accessTokens.verify(secret));
  }

  async #loadPerson(claims: AccessClaims): Promise<Authenticated> {
    const { cache } = this.#needs;
    if (await cache.hasEnded(claims.session)) throw problem('unauthenticated', { reason: 'the session is over' });
    const account = await this.#loadAccount(claims.account);
    const { id, email, memberships } = account;
    const { session, authenticatedAt, impersonator } = claims;
    const actor: Actor = { kind: 'account', id, name: email, memberships, session, authenticatedAt };
    if (!impersonator) return { actor, account, session };
    const { id: by, email: name, memberships: own } = await this.#loadAccount(impersonator);
    if (!own.some(({ role }) => role === 'super_admin' || role === 'reseller'))
      throw problem('unauthenticated', { reason: 'who acts as this account may not do so any more' });
    return { actor: { ...actor, impersonator: { kind: 'account', id: by, name } }, account, session };
  }

  async #loadAccount(id: AccountId): Promise<KnownAccount> {
    const found = await this.#needs.cache.loadAccount(id);
    if (!found) throw problem('unauthenticated', { reason: 'the account is gone' });
    return found;
  }
}

interface Needs {
  readonly cache: AccessCache;
  readonly accessTokens: AccessTokens;
  readonly apiTokens: ApiTokenAuthentication;
}
