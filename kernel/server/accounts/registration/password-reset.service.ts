import type { AuditService } from '../../audit/audit.service.ts';
import type { Mailer } from '../../mail/mailer.ts';
import { Account } from '../../store/entities/index.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import type { PasswordPolicy } from '../passwords/password-policy.ts';
import type { PasswordWork } from '../passwords/password-work.ts';
import type { Place } from '../sessions/place.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { recipient } from '../sessions/sign-in-history.ts';
import { findAccount } from '../sign-in/find-account.ts';
import type { Throttle } from '../sign-in/throttle.ts';
import type { MailTokens } from './mail-tokens.ts';

/** For who has forgotten the password. A new one does not take the place of the second factor. */
export class PasswordResetService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /**
   * Only writes down that somebody asked, whether there is such an account or not: so the answer tells nothing, and takes no longer for
   * one than for the other. {@link send} does the rest.
   */
  async ask(email: string, { address }: Place): Promise<void> {
    const payload = JSON.stringify({ email, address });
    await this.#needs.store.transaction(async (tx) => {
      await tx.execute(`select graphile_worker.add_job('password-reset', ?::json)`, [payload]);
    });
  }

  /** The job: sends the link if there is somebody to send it to. */
  async send({ email, address }: { email: string; address?: string }): Promise<void> {
    const { store, tokens, mailer, throttle } = this.#needs;
    if (!(await throttle.allowsMail(email))) return;
    await store.transaction(async (tx) => {
      const account = await findAccount(tx, email);
      if (!account) return;
      const wish = { purpose: 'reset-password', account: account.id, email: account.email } as const;
      const { text, minutes } = await tokens.create(tx, wish);
      const data = { token: text, minutes, ...(address !== undefined && { address }) };
      await mailer.send(tx, { template: 'reset-password', ...recipient(account), data });
    });
  }

  /** Ends all sessions. @throws ProblemError mail-token-over */
  async reset({ token, password }: { token: string; password: string }, { address }: Place): Promise<void> {
    const { store, tokens, policy, passwords, sessions, mailer, audit, clock } = this.#needs;
    await policy.assertGood({ password, pointer: '/password', context: [] });
    const passwordHash = await passwords.hash(password);
    await store.transaction(async (tx) => {
      const { account: id, email } = await tokens.take(tx, token, ['reset-password']);
      const account = await tx.findOneOrFail(Account, { id: id ?? ('' as never) });
      const now = clock.now();
      const from = address !== undefined && { address };
      // Whoever has the link has read a mail that was sent to the address.
      const verified = account.email === email ? { emailVerifiedAt: account.emailVerifiedAt ?? now } : {};
      Object.assign(account, { passwordHash, passwordChangedAt: now, ...verified });
      await sessions.endAll(tx, account.id, { reason: 'reset' });
      const actor = { kind: 'account', id: account.id, name: account.email, ...from } as const;
      audit.record(tx, { actor, action: 'account.password-reset', subject: account.id });
      await mailer.send(tx, { template: 'password-changed', ...recipient(account), data: { at: now, ...from } });
    });
  }
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly mailer: Mailer;
  readonly tokens: MailTokens;
  readonly throttle: Throttle;
  readonly sessions: SessionService;
  readonly passwords: PasswordWork;
  readonly policy: PasswordPolicy;
}
