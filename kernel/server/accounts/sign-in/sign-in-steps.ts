import { randomText } from '../../secrets/random-text.ts';
import type { AccountId } from '../../store/ids.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { hashToken } from '../token.ts';

export type StepKind = 'second-factor' | 'passkey-sign-in' | 'passkey-registration';

/** What is remembered between two requests of one sign-in. */
export interface Step {
  readonly account: AccountId | undefined;
  /** What a passkey has to sign. */
  readonly challenge: string | undefined;
  readonly browser: boolean;
}

/** Milliseconds. */
const LIFE = 5 * 60_000;

/**
 * What somebody holds who has begun to sign in and has not ended it. The text is good for the next step of the same kind and for
 * nothing else: it is neither an API token nor an access token, and no other route ever looks here.
 */
export class SignInSteps {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(needs: { store: Store; clock: Clock }) {
    this.#store = needs.store;
    this.#clock = needs.clock;
  }

  async begin(kind: StepKind, { account, challenge, browser }: Step): Promise<{ text: string; expiresAt: Date }> {
    const text = `fhp_${randomText(43)}`;
    const expiresAt = new Date(this.#clock.now().getTime() + LIFE);
    await this.#store
      .reader()
      .execute(
        `insert into kernel.sign_in_step (hash, kind, account, challenge, data, expires_at) values (?, ?, ?, ?, ?, ?)`,
        [hashToken(text), kind, account ?? null, challenge ?? null, JSON.stringify({ browser }), expiresAt],
      );
    return { text, expiresAt };
  }

  /** Looks at it and leaves it: a wrong code may be typed again. */
  async find(kind: StepKind, text: string): Promise<Step | undefined> {
    return this.#read(`select account, challenge, data from kernel.sign_in_step`, kind, text);
  }

  /** Takes it away: of two at once, one gets it. */
  async take(kind: StepKind, text: string): Promise<Step | undefined> {
    return this.#read('delete from kernel.sign_in_step', kind, text, 'returning account, challenge, data');
  }

  async #read(verb: string, kind: StepKind, text: string, rest = ''): Promise<Step | undefined> {
    const [row] = await this.#store
      .reader()
      .execute<Row[]>(`${verb} where hash = ? and kind = ? and expires_at > ? ${rest}`, [
        hashToken(text),
        kind,
        this.#clock.now(),
      ]);
    if (!row) return undefined;
    return { account: row.account ?? undefined, challenge: row.challenge ?? undefined, browser: row.data.browser };
  }
}

interface Row {
  readonly account: AccountId | null;
  readonly challenge: string | null;
  readonly data: { readonly browser: boolean };
}
