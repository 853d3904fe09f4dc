import { wrap } from '@mikro-orm/core';
import { Account, ApiToken, Membership, Session, Tenant } from '../../store/entities/index.ts';
import type { AccountId, SessionId, TenantId, TokenId } from '../../store/ids.ts';
import type { Notifications } from '../../store/notifications.ts';
import type { Store, Transaction } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { LONGEST_ACCESS } from '../access-tokens/lifetimes.ts';
import type { ActorMembership } from '../actor.ts';
import { HeardCache } from './heard-cache.ts';
import { Watchers } from './watchers.ts';

export interface KnownAccount {
  readonly id: AccountId;
  readonly email: string;
  readonly name: string;
  readonly memberships: readonly ActorMembership[];
}

/** Accounts and API tokens that are held at the most. */
const HELD = 10_000;

/**
 * What is needed to know who asks, held in memory: so that a request costs no query before its own. Triggers on the tables tell
 * every server when something of it changes, in whatever way. A connection that was lost makes it forget everything.
 */
export class AccessCache {
  readonly #needs: Needs;
  readonly #accounts = new HeardCache<KnownAccount>(HELD);
  readonly #tokens = new HeardCache<ApiToken>(HELD);
  /** Sessions that ended so lately that there may be access tokens of them. */
  #ended = new Map<SessionId, number>();
  #loaded: Promise<void> | undefined;
  readonly #onForget: (() => void)[] = [];
  readonly #watchers = new Watchers();

  constructor(needs: Needs) {
    this.#needs = needs;
    needs.notifications.on('freehold_access', (news) => this.#hear(news));
  }

  loadAccount(id: AccountId): Promise<KnownAccount | undefined> {
    return this.#accounts.load(id, async () => {
      const reader = this.#needs.store.reader();
      const account = await reader.findOne(Account, { id });
      if (!account || account.blockedAt) return undefined;
      const memberships = await findPresent(reader, await reader.find(Membership, { account: id }));
      const { email, name } = account;
      return { id, email, name, memberships: memberships.map((one) => plain<ActorMembership>(one)) };
    });
  }

  loadToken(hash: Buffer): Promise<ApiToken | undefined> {
    return this.#tokens.load(hash.toString('base64'), async () => {
      const reader = this.#needs.store.reader();
      const token = await reader.findOne(ApiToken, { hash });
      if (token?.tenant && (await findPresent(reader, [{ tenant: token.tenant }])).length === 0) return undefined;
      return token ? plain<ApiToken>(token) : undefined;
    });
  }

  async hasEnded(session: SessionId): Promise<boolean> {
    this.#loaded ??= this.#loadEnded().catch((error) => {
      this.#loaded = undefined;
      throw error;
    });
    await this.#loaded;
    return this.#ended.has(session);
  }

  /** Returns when this server has heard of all that was committed before. */
  async settle(): Promise<void> {
    await this.#needs.notifications.flush().catch(() => undefined);
  }

  /** Tells when something of it changes: `account acc_…`, `session ses_…`, `token tok_…`. Gives the function that ends it. */
  watch(keys: readonly string[], tell: () => void): () => void {
    return this.#watchers.add(keys, tell);
  }

  /** Told when everything may have changed. */
  onForget(forget: () => void): void {
    this.#onForget.push(forget);
  }

  #hear(news: string | undefined): void {
    const [kind, id = ''] = news?.split(' ') ?? [];
    if (news === undefined) this.#forgetAll();
    else if (kind === 'account') this.#accounts.forget(id);
    else if (kind === 'session') this.#end(id as SessionId);
    else if (kind === 'token') this.#tokens.forgetWhere((token) => token.id === (id as TokenId));
    if (news !== undefined) this.#watchers.tell(news);
  }

  #forgetAll(): void {
    this.#accounts.forgetAll();
    this.#tokens.forgetAll();
    this.#loaded = undefined;
    for (const forget of this.#onForget) forget();
    void this.#tellMissed().catch(() => undefined);
  }

  /** Whether those who are watched are still there, when nobody could be told that they are not. */
  async #tellMissed(): Promise<void> {
    for (const kind of ['session', 'account', 'token'] as const) {
      const watched = this.#watchers.list(kind);
      if (watched.length === 0) continue;
      const found = await this.#needs.store.pool.query<{ id: string }>(STILL_THERE[kind], [watched]);
      const present = new Set(found.rows.map(({ id }) => id));
      for (const id of watched) if (!present.has(id)) this.#watchers.tell(`${kind} ${id}`);
    }
  }

  #end(session: SessionId): void {
    const now = this.#needs.clock.now().getTime();
    this.#ended.set(session, now);
    // In the order in which they ended, so the first that is young enough ends the search.
    for (const [old, at] of this.#ended) {
      if (now - at <= REMEMBERED) break;
      this.#ended.delete(old);
    }
  }

  /** What is heard meanwhile stays. */
  async #loadEnded(): Promise<void> {
    const since = new Date(this.#needs.clock.now().getTime() - REMEMBERED);
    const found = await this.#needs.store
      .reader()
      .find(Session, { endedAt: { $gte: since } }, { fields: ['id', 'endedAt'], orderBy: { endedAt: 'asc' } });
    const loaded = found.map(({ id, endedAt }) => [id, endedAt?.getTime() ?? 0] as const);
    this.#ended = new Map([...loaded, ...this.#ended]);
  }
}

const STILL_THERE = {
  session: 'select id from kernel.session where id = any ($1) and ended_at is null',
  account: 'select id from kernel.account where id = any ($1)',
  token: 'select id from kernel.api_token where id = any ($1)',
} as const;

/** A minute more than any token lives, for clocks of servers that differ. */
const REMEMBERED = (LONGEST_ACCESS + 60) * 1_000;

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly notifications: Notifications;
}

/** In a tenant that was removed nobody has access, as long as it is not restored. */
async function findPresent<One extends { readonly tenant: TenantId }>(
  reader: Transaction,
  all: readonly One[],
): Promise<One[]> {
  const ids = all.map(({ tenant }) => tenant);
  const present = await reader.find(Tenant, { id: { $in: ids }, lifecycle: 'present' }, { fields: ['id'] });
  return all.filter(({ tenant }) => present.some(({ id }) => id === tenant));
}

/** Without what the mapper keeps of an entity, which is many times as large. */
function plain<Plain>(entity: object): Plain {
  return wrap(entity).toPOJO() as Plain;
}
