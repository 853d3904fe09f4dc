import { randomBytes } from 'node:crypto';
import type { AuditService } from '../../audit/audit.service.ts';
import { problem } from '../../errors/problem.ts';
import { randomText } from '../../secrets/random-text.ts';
import { Account, type EndReason, Session, type SignInMethod } from '../../store/entities/index.ts';
import { type AccountId, newId, type SessionId } from '../../store/ids.ts';
import type { Store, Transaction } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { type Actor, storedActor } from '../actor.ts';
import { hashToken } from '../token.ts';
import type { Grant, SessionGrants } from './grants.ts';
import { describeDevice, type Place } from './place.ts';
import type { SignInHistory } from './sign-in-history.ts';

export interface SessionWish {
  readonly account: Account;
  readonly methods: readonly SignInMethod[];
  readonly place: Place;
  /** A browser holds its session in two halves. */
  readonly browser: boolean;
}

/** Who is signed in where. */
export class SessionService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Of somebody who has proved who they are. */
  async start(wish: SessionWish): Promise<Grant> {
    const key = wish.browser ? randomText(32) : undefined;
    const session = await this.#needs.store.transaction(async (tx) => {
      const made = this.#insert(tx, wish, key);
      const { account, place, methods } = wish;
      await this.#needs.history.tellOfNewDevice(tx, account, place);
      this.#needs.history.record(tx, {
        ...{ account: account.id, outcome: 'succeeded', method: methods.join('+') },
        ...{ place, session: made.id },
      });
      this.#needs.audit.record(tx, {
        actor: {
          kind: 'account',
          id: account.id,
          name: account.email,
          ...(place.address && { address: place.address }),
        },
        ...{ action: 'session.create', subject: made.id, details: { methods: [...methods], device: made.device } },
      });
      return made;
    });
    return this.#needs.grants.render(session, wish.account, key);
  }

  /** Those that are not over, the newest first. There is no list that is longer than what somebody has signed in to. */
  list(account: AccountId): Promise<Session[]> {
    return this.#needs.store
      .reader()
      .find(Session, { account, endedAt: null }, { orderBy: { id: 'desc' }, limit: MOST_LISTED });
  }

  async get(account: AccountId, session: string): Promise<Session> {
    const found = await this.#needs.store
      .reader()
      .findOne(Session, { id: session as SessionId, account, endedAt: null });
    if (!found) throw problem('session-not-found', { session });
    return found;
  }

  /** One that is over stays over, and why. */
  async end(session: SessionId, reason: EndReason, actor: Actor): Promise<void> {
    await this.#needs.store.transaction(async (tx) => {
      const ended = await this.endWithin(tx, { id: session }, reason);
      if (ended > 0) this.#recordEnd(tx, actor, { subject: session, reason });
    });
  }

  /** Sign out everywhere, or everywhere else. */
  async endOwn(actor: Actor, account: AccountId, except?: SessionId): Promise<number> {
    return this.#needs.store.transaction(async (tx) => {
      const ended = await this.endAll(tx, account, { reason: 'ended', ...(except && { except }) });
      if (ended > 0) this.#recordEnd(tx, actor, { subject: account, reason: 'ended' });
      return ended;
    });
  }

  /** All of an account, but one where there is one to stay. */
  async endAll(tx: Transaction, account: AccountId, { reason, except }: EndAll): Promise<number> {
    return this.endWithin(tx, { account, ...(except && { id: { $ne: except } }) }, reason);
  }

  async endWithin(tx: Transaction, which: object, endReason: EndReason): Promise<number> {
    return tx.nativeUpdate(Session, { ...which, endedAt: null }, { endedAt: this.#needs.clock.now(), endReason });
  }

  /** Somebody has proved once more who they are. Gives an access token that says so. */
  async reauthenticate(session: SessionId, methods: readonly SignInMethod[]): Promise<Grant> {
    const { store, clock, grants } = this.#needs;
    const found = await store.transaction(async (tx) => {
      const row = await tx.findOne(Session, { id: session, endedAt: null });
      if (!row) throw problem('session-over', { reason: 'it was ended' });
      row.authenticatedAt = clock.now();
      row.methods = [...new Set([...row.methods, ...methods])];
      return row;
    });
    const account = await store.reader().findOneOrFail(Account, { id: found.account });
    return grants.render(found, account);
  }

  /** Removes what is over for so long that nobody asks. */
  async clean(seconds: number): Promise<void> {
    const oldest = new Date(this.#needs.clock.now().getTime() - seconds * 1_000);
    const over = { $or: [{ endedAt: { $lt: oldest } }, { createdAt: { $lt: oldest }, rotatedAt: { $lt: oldest } }] };
    await this.#needs.store.reader().nativeDelete(Session, over);
  }

  #recordEnd(tx: Transaction, actor: Actor, { subject, reason }: { subject: string; reason: EndReason }): void {
    this.#needs.audit.record(tx, { actor: storedActor(actor), action: 'session.end', subject, details: { reason } });
  }

  #insert(tx: Transaction, { account, methods, place }: SessionWish, key: string | undefined): Session {
    const now = this.#needs.clock.now();
    return tx.create(
      Session,
      {
        ...{ id: newId('ses'), account: account.id, seed: randomBytes(32), generation: 0 },
        ...{ keyHash: key === undefined ? null : hashToken(key), methods: [...methods] },
        ...{ device: describeDevice(place.userAgent), address: place.address ?? null },
        ...{ createdAt: now, authenticatedAt: now, rotatedAt: now, endedAt: null, endReason: null },
      },
      { persist: true },
    );
  }
}

const MOST_LISTED = 500;

interface EndAll {
  readonly reason: EndReason;
  readonly except?: SessionId;
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly history: SignInHistory;
  readonly grants: SessionGrants;
}
