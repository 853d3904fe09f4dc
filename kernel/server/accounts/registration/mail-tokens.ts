import { problem } from '../../errors/problem.ts';
import { randomText } from '../../secrets/random-text.ts';
import type { AccountId } from '../../store/ids.ts';
import type { Transaction } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { hashToken } from '../token.ts';

export type MailPurpose = 'register' | 'reset-password' | 'change-email';

export interface MailTokenWish {
  readonly purpose: MailPurpose;
  readonly account?: AccountId;
  readonly email: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface MailToken {
  readonly purpose: MailPurpose;
  readonly account: AccountId | undefined;
  readonly email: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const MINUTES = 30;

/** What stands in links in mails: good once, for one purpose and for the address that it was sent to. */
export class MailTokens {
  readonly #clock: Clock;

  constructor(needs: { clock: Clock }) {
    this.#clock = needs.clock;
  }

  /** The one before it of the same account is worth nothing any more. */
  async create(tx: Transaction, { purpose, account, email, data = {} }: MailTokenWish) {
    if (account)
      await tx.execute('delete from kernel.one_time_token where account = ? and purpose = ?', [account, purpose]);
    const text = `fhm_${randomText(43)}`;
    const expiresAt = new Date(this.#clock.now().getTime() + MINUTES * 60_000);
    await tx.execute(
      'insert into kernel.one_time_token (hash, purpose, account, email, data, expires_at) values (?, ?, ?, ?, ?, ?)',
      [hashToken(text), purpose, account ?? null, email, JSON.stringify(data), expiresAt],
    );
    return { text, minutes: MINUTES };
  }

  /** Takes it away, if the transaction commits. @throws ProblemError mail-token-over */
  async take(tx: Transaction, text: string, purposes: readonly MailPurpose[]): Promise<MailToken> {
    const [row] = await tx.execute<Row[]>(
      `delete from kernel.one_time_token where hash = ? and expires_at > ? and purpose = any (string_to_array(?, ' '))
       returning purpose, account, email, data`,
      [hashToken(text), this.#clock.now(), purposes.join(' ')],
    );
    if (!row) throw problem('mail-token-over', {});
    return { ...row, account: row.account ?? undefined };
  }
}

interface Row {
  readonly purpose: MailPurpose;
  readonly account: AccountId | null;
  readonly email: string;
  readonly data: Record<string, unknown>;
}
