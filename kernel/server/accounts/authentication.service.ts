import { problem } from '../errors/problem.ts';
import { Account, ApiToken, type Membership, Membership as Memberships } from '../store/entities/index.ts';
import { newId, type TokenId } from '../store/ids.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { Actor } from './actor.ts';
import { verifyPassword } from './password.ts';
import { hashToken, newToken } from './token.ts';

const SESSION = 30 * 24 * 3_600_000;
/** How exactly the last use of a token is known; each use would otherwise be a write. */
const USE_RESOLUTION = 60_000;

export interface Session {
  readonly token: string;
  readonly account: Account;
  readonly expiresAt: Date;
}

export interface Authenticated {
  readonly actor: Actor;
  readonly token: TokenId;
  /** Absent when the token is a tenant's. */
  readonly account: Account | undefined;
}

/** Says who a token stands for, and trades passwords for tokens. */
export class AuthenticationService {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(needs: { store: Store; clock: Clock }) {
    this.#store = needs.store;
    this.#clock = needs.clock;
  }

  /** How long a session lasts. */
  readonly sessionSeconds = SESSION / 1_000;

  /** @throws ProblemError unauthenticated */
  async authenticate(secret: string | undefined): Promise<Authenticated> {
    if (!secret) throw problem('unauthenticated', { reason: 'the header is missing or malformed' });
    const reader = this.#store.reader();
    const token = await reader.findOne(ApiToken, { hash: hashToken(secret) });
    if (!token) throw problem('unauthenticated', { reason: 'the token is unknown' });
    const now = this.#clock.now();
    if (token.expiresAt && token.expiresAt <= now)
      throw problem('unauthenticated', { reason: 'the token has expired' });
    await this.#recordUse(reader, token, now);
    return { ...(await loadActor(reader, token)), token: token.id };
  }

  /** @throws ProblemError wrong-credentials */
  async signIn(credentials: { email: string; password: string }): Promise<Session> {
    const account = await this.#findAccount(credentials.email);
    const right = await verifyPassword(credentials.password, account?.passwordHash);
    if (!account || !right) throw problem('wrong-credentials', {});
    const token = newToken();
    const now = this.#clock.now();
    const expiresAt = new Date(now.getTime() + SESSION);
    await this.#store.transaction(async (tx) => {
      tx.create(
        ApiToken,
        {
          ...{ id: newId('tok'), name: 'Signed in with a password', hash: hashToken(token), account: account.id },
          ...{ tenant: null, role: null, createdAt: now, expiresAt, lastUsedAt: now },
        },
        { persist: true },
      );
    });
    return { token, account, expiresAt };
  }

  async signOut(token: TokenId): Promise<void> {
    await this.#store.reader().nativeDelete(ApiToken, { id: token });
  }

  async #findAccount(email: string): Promise<Account | undefined> {
    const [found] = await this.#store
      .reader()
      .execute<{ id: Account['id'] }[]>('select id from kernel.account where lower(email) = lower(?)', [email]);
    return found && (await this.#store.reader().findOneOrFail(Account, found.id));
  }

  async #recordUse(reader: Transaction, { id, lastUsedAt }: ApiToken, now: Date): Promise<void> {
    if (lastUsedAt && now.getTime() - lastUsedAt.getTime() < USE_RESOLUTION) return;
    await reader.nativeUpdate(ApiToken, { id }, { lastUsedAt: now });
  }
}

/** A tenant's token acts as the tenant; a person's with all that person's memberships. */
async function loadActor(reader: Transaction, token: ApiToken): Promise<Omit<Authenticated, 'token'>> {
  if (token.tenant && token.role) {
    const memberships = [{ tenant: token.tenant, role: token.role }];
    return { actor: { kind: 'account', id: token.id, name: `token ${token.name}`, memberships }, account: undefined };
  }
  const account = await reader.findOneOrFail(Account, { id: token.account ?? undefined });
  const memberships: Membership[] = await reader.find(Memberships, { account: account.id });
  const roles = memberships.map(({ tenant, role }) => ({ tenant, role }));
  return { actor: { kind: 'account', id: account.id, name: account.email, memberships: roles }, account };
}
