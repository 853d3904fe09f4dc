import type { AuditService } from '../../audit/audit.service.ts';
import { problem } from '../../errors/problem.ts';
import type { Mailer } from '../../mail/mailer.ts';
import type { Keyring } from '../../secrets/keyring.ts';
import type { SettingService } from '../../settings/setting.service.ts';
import { Account, Passkey, RecoveryCode, SecondFactor, type SignInMethod } from '../../store/entities/index.ts';
import type { AccountId } from '../../store/ids.ts';
import type { Store, Transaction } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { type Actor, storedActor } from '../actor.ts';
import { recipient } from '../sessions/sign-in-history.ts';
import { hashToken } from '../token.ts';
import { describeSecret, findStep, newSecret } from './one-time-code.ts';
import { makeRecoveryCodes, readRecoveryCode } from './recovery-codes.ts';

/** What an account has besides its password. */
export interface SecondFactors {
  readonly totp: boolean;
  readonly passkeys: number;
  /** That are left. */
  readonly recoveryCodes: number;
}

export type SecondFactorChange =
  | 'totp-added'
  | 'totp-removed'
  | 'passkey-added'
  | 'passkey-removed'
  | 'recovery-codes-made';

/** Codes of an authenticator app, and the codes on paper for the day on which it is lost. */
export class SecondFactorService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async load(account: AccountId, reader: Transaction = this.#needs.store.reader()): Promise<SecondFactors> {
    const [found] = await reader.execute<{ totp: boolean; passkeys: number; codes: number }[]>(
      `select exists (select from kernel.second_factor where account = a.id and secret is not null) as totp,
              (select count(*)::int from kernel.passkey where account = a.id) as passkeys,
              (select count(*)::int from kernel.recovery_code where account = a.id and used_at is null) as codes
         from kernel.account a where a.id = ?`,
      [account],
    );
    return { totp: found?.totp ?? false, passkeys: found?.passkeys ?? 0, recoveryCodes: found?.codes ?? 0 };
  }

  /** A new secret, which counts when a code of it is given. The one before counts until then. */
  async prepare(actor: Actor, account: AccountId) {
    const { store, keyring, settings } = this.#needs;
    const secret = newSecret();
    await store.transaction(async (tx) => {
      const row = await ensureRow(tx, account);
      row.pending = keyring.encrypt(secret, context(account));
    });
    return describeSecret(secret, { issuer: (await settings.known()).name, label: actor.name });
  }

  /** Gives recovery codes when there are none. @throws ProblemError second-factor-wrong */
  async confirm(actor: Actor, account: AccountId, code: string): Promise<readonly string[] | undefined> {
    const { store, keyring, clock } = this.#needs;
    return store.transaction(async (tx) => {
      const row = await ensureRow(tx, account);
      if (!row.pending) throw problem('totp-not-prepared', {});
      const secret = keyring.decrypt(row.pending, context(account));
      const step = await findStep({ secret, code, now: clock.now(), lastStep: 0 });
      if (step === undefined) throw problem('second-factor-wrong', {});
      Object.assign(row, { secret: row.pending, pending: null, confirmedAt: clock.now(), lastStep: step, failures: 0 });
      await this.tell(tx, actor, 'totp-added');
      return this.ensureRecoveryCodes(tx, account);
    });
  }

  async remove(actor: Actor, account: AccountId): Promise<void> {
    await this.#needs.store.transaction(async (tx) => {
      const row = await ensureRow(tx, account);
      if (!row.secret) throw problem('totp-not-found', {});
      Object.assign(row, { secret: null, pending: null, confirmedAt: null });
      await this.tell(tx, actor, 'totp-removed');
      await forgetUnneeded(tx, account);
    });
  }

  /** Those before are worth nothing any more. */
  async renewRecoveryCodes(actor: Actor, account: AccountId): Promise<readonly string[]> {
    return this.#needs.store.transaction(async (tx) => {
      const { totp, passkeys } = await this.load(account, tx);
      if (!totp && passkeys === 0) throw problem('no-second-factor', {});
      await tx.nativeDelete(RecoveryCode, { account });
      await this.tell(tx, actor, 'recovery-codes-made');
      return insertCodes(tx, account);
    });
  }

  async ensureRecoveryCodes(tx: Transaction, account: AccountId): Promise<readonly string[] | undefined> {
    const left = await tx.count(RecoveryCode, { account, usedAt: null });
    return left > 0 ? undefined : insertCodes(tx, account);
  }

  /** A code of the app, or one of the recovery codes. @throws ProblemError second-factor-wrong, second-factor-locked */
  async check(account: AccountId, code: string, address: string | undefined): Promise<SignInMethod> {
    const row = await this.#takeAttempt(account);
    const method = (await this.#isCode(row, code))
      ? 'otp'
      : (await this.#useRecoveryCode(account, code))
        ? 'rec'
        : undefined;
    if (!method) {
      if (row.failures === MOST_FAILURES) await this.#tellLocked(account, address);
      throw problem('second-factor-wrong', {});
    }
    await this.#needs.store.reader().nativeUpdate(SecondFactor, { account }, { failures: 0, lockedUntil: null });
    return method;
  }

  /** Tells the owner by mail and in the audit log. */
  async tell(tx: Transaction, actor: Actor, change: SecondFactorChange): Promise<void> {
    const { audit, mailer, clock } = this.#needs;
    const account = await tx.findOneOrFail(Account, { id: actor.id as AccountId });
    audit.record(tx, { actor: storedActor(actor), action: `account.${change}`, subject: account.id });
    const from = actor.address !== undefined && { address: actor.address };
    const data = { at: clock.now(), change, ...from };
    await mailer.send(tx, { template: 'second-factor-changed', ...recipient(account), data });
  }

  /** Nothing is left of a second factor when none is left: no password alone must need a recovery code. */
  forgetUnneeded(tx: Transaction, account: AccountId): Promise<void> {
    return forgetUnneeded(tx, account);
  }

  /**
   * Counts before it looks, in one statement, so that of many attempts at once no more than the allowed ones are looked at. With the
   * last of them it is locked; a right one opens it again.
   */
  async #takeAttempt(account: AccountId): Promise<Attempted> {
    const now = this.#needs.clock.now();
    const until = new Date(now.getTime() + LOCKED);
    const [row] = await this.#needs.store.reader().execute<Attempted[]>(
      `insert into kernel.second_factor as f (account, failures) values (?, 1)
       on conflict (account) do update set
         failures = case when f.locked_until is null then f.failures + 1 else 1 end,
         locked_until = case when f.locked_until is null and f.failures + 1 >= ? then ?::timestamptz end
       where f.locked_until is null or f.locked_until <= ?
       returning account, failures, secret, last_step`,
      [account, MOST_FAILURES, until, now],
    );
    if (!row) throw problem('second-factor-locked', { minutes: LOCKED / 60_000 });
    return row;
  }

  async #isCode({ account, secret, last_step: lastStep }: Attempted, code: string): Promise<boolean> {
    const { keyring, clock, store } = this.#needs;
    if (!secret) return false;
    const text = keyring.decrypt(secret, context(account));
    const step = await findStep({ secret: text, code, now: clock.now(), lastStep });
    if (step === undefined) return false;
    // Of two at once with the same code, one is too late.
    return (
      (await store.reader().nativeUpdate(SecondFactor, { account, lastStep: { $lt: step } }, { lastStep: step })) === 1
    );
  }

  async #useRecoveryCode(account: AccountId, text: string): Promise<boolean> {
    const code = readRecoveryCode(text);
    if (code === undefined) return false;
    const { store, clock } = this.#needs;
    const where = { account, hash: hashToken(code), usedAt: null };
    return (await store.reader().nativeUpdate(RecoveryCode, where, { usedAt: clock.now() })) === 1;
  }

  async #tellLocked(id: AccountId, address: string | undefined): Promise<void> {
    const { store, mailer, clock, audit } = this.#needs;
    await store.transaction(async (tx) => {
      const account = await tx.findOneOrFail(Account, { id });
      const from = address !== undefined && { address };
      const actor = { kind: 'account', id, name: account.email, ...from } as const;
      audit.record(tx, { actor, action: 'account.second-factor-locked', subject: id });
      const data = { at: clock.now(), minutes: LOCKED / 60_000, ...from };
      await mailer.send(tx, { template: 'second-factor-locked', ...recipient(account), data });
    });
  }
}

/** Wrong codes in a row after which the second step of the account is locked, and for how many milliseconds. */
const MOST_FAILURES = 5;
const LOCKED = 15 * 60_000;

async function ensureRow(tx: Transaction, account: AccountId): Promise<SecondFactor> {
  await tx.execute('insert into kernel.second_factor (account) values (?) on conflict do nothing', [account]);
  return tx.findOneOrFail(SecondFactor, { account });
}

async function insertCodes(tx: Transaction, account: AccountId): Promise<readonly string[]> {
  const codes = makeRecoveryCodes();
  await tx.nativeDelete(RecoveryCode, { account });
  for (const { hash } of codes) tx.create(RecoveryCode, { account, hash, usedAt: null }, { persist: true });
  return codes.map(({ text }) => text);
}

async function forgetUnneeded(tx: Transaction, account: AccountId): Promise<void> {
  await tx.flush();
  const left = await tx.count(Passkey, { account });
  const totp = await tx.count(SecondFactor, { account, secret: { $ne: null } });
  if (left + totp === 0) await tx.nativeDelete(RecoveryCode, { account });
}

function context(account: AccountId): string {
  return `totp ${account}`;
}

interface Attempted {
  readonly account: AccountId;
  readonly failures: number;
  readonly secret: Buffer | null;
  readonly last_step: number;
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly settings: SettingService;
  readonly mailer: Mailer;
  readonly audit: AuditService;
}
