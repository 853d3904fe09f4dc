import type { AuditService } from '../../audit/audit.service.ts';
import { problem } from '../../errors/problem.ts';
import type { Mailer } from '../../mail/mailer.ts';
import { Account, Passkey, RecoveryCode, SecondFactor } from '../../store/entities/index.ts';
import type { AccountId } from '../../store/ids.ts';
import { loadPage, type Page, type PageRequest } from '../../store/page.ts';
import type { Store, Transaction } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { type Actor, storedActor } from '../actor.ts';
import { assertCan, assertRecent } from '../permissions.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { recipient } from '../sessions/sign-in-history.ts';

/** What whoever runs the installation does with the accounts of others. */
export class AccountAdministration {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** `search` is how an address begins. */
  async list(actor: Actor, { search }: { search?: string }, page: PageRequest): Promise<Page<Account>> {
    assertCan(actor, 'account.read');
    const reader = this.#needs.store.reader();
    if (search === undefined) return loadPage(reader, Account, { where: {}, ...page });
    const found = await reader.execute<{ id: AccountId }[]>(
      `select id from kernel.account where lower(email) collate "C" like ? order by id desc limit ?`,
      [`${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`, MOST_FOUND],
    );
    return loadPage(reader, Account, { where: { id: { $in: found.map(({ id }) => id) } }, ...page });
  }

  /** @throws ProblemError account-not-found */
  async get(actor: Actor, account: string): Promise<Account> {
    assertCan(actor, 'account.read');
    return find(this.#needs.store.reader(), account);
  }

  /** Ends all sessions; nobody signs in until it is unblocked, and its API tokens are worth nothing. */
  async block(actor: Actor, account: string, reason: string): Promise<Account> {
    return this.#change(actor, account, async (tx, found) => {
      if (found.id === actor.id) throw problem('account-own', {});
      found.blockedAt ??= this.#needs.clock.now();
      await this.#needs.sessions.endAll(tx, found.id, { reason: 'account' });
      return { action: 'account.block', details: { email: found.email, reason } };
    });
  }

  async unblock(actor: Actor, account: string): Promise<Account> {
    return this.#change(actor, account, async (_, found) => {
      found.blockedAt = null;
      return { action: 'account.unblock', details: { email: found.email } };
    });
  }

  async endSessions(actor: Actor, account: string): Promise<number> {
    let ended = 0;
    await this.#change(actor, account, async (tx, found) => {
      ended = await this.#needs.sessions.endAll(tx, found.id, { reason: 'ended' });
      return { action: 'account.end-sessions', details: { email: found.email, ended } };
    });
    return ended;
  }

  /** For who has lost the app, the passkeys and the recovery codes: the password alone is enough then. */
  async removeSecondFactor(actor: Actor, account: string): Promise<Account> {
    return this.#change(actor, account, async (tx, found) => {
      for (const entity of [SecondFactor, Passkey, RecoveryCode] as const)
        await tx.nativeDelete(entity as typeof Passkey, { account: found.id });
      await this.#needs.sessions.endAll(tx, found.id, { reason: 'ended' });
      const data = { at: this.#needs.clock.now(), change: 'totp-removed' } as const;
      await this.#needs.mailer.send(tx, { template: 'second-factor-changed', ...recipient(found), data });
      return { action: 'account.remove-second-factor', details: { email: found.email } };
    });
  }

  async #change(actor: Actor, account: string, work: Work): Promise<Account> {
    const { store, clock, audit } = this.#needs;
    assertCan(actor, 'account.manage');
    assertRecent(actor, clock);
    return store.transaction(async (tx) => {
      const found = await find(tx, account);
      const entry = await work(tx, found);
      audit.record(tx, { actor: storedActor(actor), subject: found.id, ...entry });
      return found;
    });
  }
}

/** Of all addresses that begin so, the newest. */
const MOST_FOUND = 1_000;

type Work = (tx: Transaction, found: Account) => Promise<{ action: string; details: Record<string, unknown> }>;

async function find(reader: Transaction, account: string): Promise<Account> {
  const found = await reader.findOne(Account, { id: account as AccountId });
  if (!found) throw problem('account-not-found', { account });
  return found;
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly sessions: SessionService;
  readonly mailer: Mailer;
}
