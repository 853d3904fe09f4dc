import { timingSafeEqual } from 'node:crypto';
import type { AuditService } from '../../audit/audit.service.ts';
import { problem } from '../../errors/problem.ts';
import type { Mailer } from '../../mail/mailer.ts';
import type { Keyring } from '../../secrets/keyring.ts';
import { Account, Session } from '../../store/entities/index.ts';
import type { Store, Transaction } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { hashToken } from '../token.ts';
import type { Grant, SessionGrants } from './grants.ts';
import type { Place } from './place.ts';
import { isGenuine, type RefreshClaim, readRefreshToken } from './refresh-token.ts';
import type { SessionService } from './session.service.ts';
import { recipient } from './sign-in-history.ts';

/** Milliseconds in which a second tab that used the same token is given the same successor. */
const GRACE = 10_000;

/**
 * A refresh token is used once. The first use decides by one UPDATE; whoever comes second with the one before gets the very same
 * successor for a moment, because two tabs of one browser cannot help it; and whoever comes later than that has stolen it, or was
 * stolen from, and nobody can tell which: so the session is over for both.
 */
export class RefreshService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** `key` is the half of a browser's page. @throws ProblemError session-over */
  async refresh(token: string, key: string | undefined, place: Place): Promise<Grant> {
    const { store, grants } = this.#needs;
    const { claim, session } = await this.#identify(token, key);
    await this.#assertGoesOn(session);
    const next = (await this.#rotate(claim, place)) ?? (await this.#findSuccessor(claim));
    if (!next) return this.#endReused(session, place);
    const account = await store.reader().findOneOrFail(Account, { id: next.account });
    return grants.render(next, account);
  }

  async #identify(token: string, key: string | undefined): Promise<{ claim: RefreshClaim; session: Session }> {
    const claim = readRefreshToken(token);
    const session = claim && (await this.#needs.store.reader().findOne(Session, { id: claim.session }));
    if (!claim || !session || !isGenuine(this.#needs.keyring, session, claim))
      throw problem('session-over', { reason: 'the refresh token is unknown' });
    if (!isRightKey(session, key)) throw problem('session-over', { reason: 'the key of the page is missing or wrong' });
    return { claim, session };
  }

  async #assertGoesOn(session: Session): Promise<void> {
    if (session.endedAt) throw problem('session-over', { reason: 'it was ended' });
    const expiresAt = await this.#needs.grants.expiryOf(session);
    if (expiresAt <= this.#needs.clock.now()) throw problem('session-over', { reason: 'it has expired' });
  }

  /** Undefined when somebody else was first. */
  async #rotate({ session, generation }: RefreshClaim, { address }: Place): Promise<Session | undefined> {
    const { store, clock } = this.#needs;
    const change = { generation: generation + 1, rotatedAt: clock.now(), ...(address !== undefined && { address }) };
    return store.transaction(async (tx) => {
      const won = await tx.nativeUpdate(Session, { id: session, generation, endedAt: null }, change);
      return won === 1 ? tx.findOneOrFail(Session, { id: session }) : undefined;
    });
  }

  /** The newest token, while it is unused, for the one before it. A used one has a successor of its own. */
  async #findSuccessor({ session, generation }: RefreshClaim): Promise<Session | undefined> {
    const { store, clock } = this.#needs;
    const found = await store.reader().findOne(Session, { id: session });
    if (!found || found.endedAt || found.generation !== generation + 1) return undefined;
    return clock.now().getTime() - found.rotatedAt.getTime() <= GRACE ? found : undefined;
  }

  async #endReused(session: Session, place: Place): Promise<never> {
    await this.#needs.store.transaction(async (tx) => {
      const ended = await this.#needs.sessions.endWithin(tx, { id: session.id }, 'reused');
      if (ended > 0) await this.#tell(tx, session, place);
    });
    throw problem('session-over', { reason: 'its refresh token was used twice, so it may have been stolen' });
  }

  async #tell(tx: Transaction, { id, account: owner, device }: Session, { address }: Place): Promise<void> {
    const { audit, mailer, clock } = this.#needs;
    const account = await tx.findOneOrFail(Account, { id: owner });
    const from = address !== undefined && { address };
    audit.record(tx, {
      actor: { kind: 'account', id: account.id, name: account.email, ...from },
      action: 'session.reused',
      subject: id,
      details: { device },
    });
    await mailer.send(tx, {
      template: 'session-family-revoked',
      ...recipient(account),
      data: { at: clock.now(), device, ...from },
    });
  }
}

function isRightKey({ keyHash }: Session, key: string | undefined): boolean {
  if (keyHash == null) return true;
  return key !== undefined && timingSafeEqual(keyHash, hashToken(key));
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly audit: AuditService;
  readonly mailer: Mailer;
  readonly sessions: SessionService;
  readonly grants: SessionGrants;
}
