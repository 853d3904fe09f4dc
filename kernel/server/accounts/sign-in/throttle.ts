import { ProblemError, problem } from '../../errors/problem.ts';
import type { Keyring } from '../../secrets/keyring.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { networkOf } from '../sessions/place.ts';

/** How many attempts are free, and for how long the ones after them wait at the most. */
interface Limit {
  readonly free: number;
  readonly longest: number;
}

/** Attempts on one account from one neighbourhood: whoever comes from elsewhere, as the owner does, waits for nobody. */
const ON_ACCOUNT: Limit = { free: 5, longest: 900 };
/** Attempts from one address on any accounts; many people may share one. */
const FROM_ADDRESS: Limit = { free: 100, longest: 900 };
/** Mails that somebody makes the installation send to an address. */
const MAILS_TO_ADDRESS: Limit = { free: 3, longest: 900 };
/** Seconds without an attempt after which all is forgotten. */
const FORGOTTEN = 3_600;

export interface Attempt {
  /** What is tried: an address, or the id of an account. */
  readonly target: string;
  readonly address: string | undefined;
}

/**
 * Guessing gets slower: after a few attempts each waits twice as long as the one before. An attempt is counted before it is looked at,
 * by one statement, so that many at once are counted too, on whatever server; one that was right is taken back. Whether there is
 * such an account makes no difference.
 */
export class Throttle {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** @throws ProblemError too-many-attempts */
  async begin(attempt: Attempt): Promise<void> {
    await this.#take(this.#accountKey(attempt), ON_ACCOUNT);
    if (attempt.address !== undefined) await this.#take(this.#addressKey(attempt.address), FROM_ADDRESS);
  }

  /** It was the owner. */
  async succeed(attempt: Attempt): Promise<void> {
    const reader = this.#needs.store.reader();
    await reader.execute('delete from kernel.sign_in_throttle where key = ?', [this.#accountKey(attempt)]);
    if (attempt.address === undefined) return;
    await reader.execute('update kernel.sign_in_throttle set attempts = attempts - 1 where key = ? and attempts > 0', [
      this.#addressKey(attempt.address),
    ]);
  }

  /** Whether another mail may go to an address that nobody has signed in with. Nobody is told. */
  async allowsMail(email: string): Promise<boolean> {
    return this.#take(this.#key(`mail ${email.toLowerCase()}`), MAILS_TO_ADDRESS).then(
      () => true,
      (error) => {
        if (error instanceof ProblemError) return false;
        throw error;
      },
    );
  }

  async #take(key: Buffer, { free, longest }: Limit): Promise<void> {
    const now = this.#needs.clock.now();
    const taken = await this.#needs.store.reader().execute<object[]>(
      `insert into kernel.sign_in_throttle as t (key, attempts, last_at) values (?, 1, ?)
       on conflict (key) do update set last_at = excluded.last_at,
         attempts = case when t.last_at < ? then 1 else t.attempts + 1 end
       where t.attempts < ? or t.last_at + make_interval(secs => least(?, power(2, t.attempts - ?))) <= excluded.last_at
       returning attempts`,
      [key, now, new Date(now.getTime() - FORGOTTEN * 1_000), free, longest, free],
    );
    if (taken.length === 0) throw problem('too-many-attempts', { seconds: await this.#waitOf(key, { free, longest }) });
  }

  async #waitOf(key: Buffer, { free, longest }: Limit): Promise<number> {
    const [row] = await this.#needs.store.reader().execute<{ seconds: number }[]>(
      `select greatest(1, ceil(extract(epoch from last_at - ?::timestamptz) + least(?, power(2, attempts - ?))))::int as seconds
         from kernel.sign_in_throttle where key = ?`,
      [this.#needs.clock.now(), longest, free, key],
    );
    return row?.seconds ?? 1;
  }

  #accountKey({ target, address }: Attempt): Buffer {
    return this.#key(`account ${target.toLowerCase()} ${networkOf(address) ?? ''}`);
  }

  #addressKey(address: string): Buffer {
    return this.#key(`address ${address}`);
  }

  /** What somebody typed is nothing to keep: it may be a password in the wrong field. */
  #key(text: string): Buffer {
    return this.#needs.keyring.prove('throttle', text);
  }
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly keyring: Keyring;
}
