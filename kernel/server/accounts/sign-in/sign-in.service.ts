import { problem } from '../../errors/problem.ts';
import { Account, type SignInMethod, type SignInOutcome } from '../../store/entities/index.ts';
import type { AccountId } from '../../store/ids.ts';
import type { Store, Transaction } from '../../store/store.ts';
import type { PasskeyAnswer, PasskeyService } from '../passkeys/passkey.service.ts';
import type { PasswordWork } from '../passwords/password-work.ts';
import type { SecondFactorService } from '../second-factor/second-factor.service.ts';
import type { Grant } from '../sessions/grants.ts';
import type { Place } from '../sessions/place.ts';
import type { SessionService } from '../sessions/session.service.ts';
import type { SignInHistory } from '../sessions/sign-in-history.ts';
import { findAccount } from './find-account.ts';
import type { SignInSteps, Step } from './sign-in-steps.ts';
import type { Throttle } from './throttle.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** How somebody wants to be signed in. */
export interface Manner {
  readonly place: Place;
  readonly browser: boolean;
}

export type SecondStepMethod = 'totp' | 'passkey' | 'recovery-code';

/** The password was right, and there is more to show. */
export interface SecondStep {
  readonly token: string;
  readonly expiresAt: Date;
  readonly methods: readonly SecondStepMethod[];
  /** For `navigator.credentials.get`, when a passkey is one of the methods. */
  readonly passkey: Readonly<Record<string, unknown>> | undefined;
}

/** What the second step is done with. */
export interface SecondStepAnswer {
  readonly token: string;
  readonly code?: string;
  readonly passkey?: PasskeyAnswer;
}

/** Trades what somebody knows and has for a session. */
export class SignInService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** The first step, and the only one for who has nothing but a password. @throws ProblemError wrong-credentials */
  async signIn(credentials: Credentials, manner: Manner): Promise<Grant | SecondStep> {
    const account = await this.checkPassword(credentials, manner.place);
    const factors = await this.#needs.secondFactors.load(account.id);
    if (!factors.totp && factors.passkeys === 0) return this.#start(account, ['pwd'], manner);
    const passkey = factors.passkeys > 0 ? await this.#offerPasskey(account.id) : undefined;
    const { text, expiresAt } = await this.#needs.steps.begin('second-factor', {
      ...{ account: account.id, challenge: passkey?.challenge, browser: manner.browser },
    });
    const methods: SecondStepMethod[] = [
      ...(factors.totp ? (['totp'] as const) : []),
      ...(passkey ? (['passkey'] as const) : []),
      ...(factors.recoveryCodes > 0 ? (['recovery-code'] as const) : []),
    ];
    return { token: text, expiresAt, methods, passkey: passkey && { ...passkey } };
  }

  /** @throws ProblemError sign-in-step-over, second-factor-wrong, second-factor-locked, passkey-refused */
  async takeSecondStep(answer: SecondStepAnswer, place: Place): Promise<Grant> {
    const step = await this.#needs.steps.find('second-factor', answer.token);
    if (!step?.account) throw problem('sign-in-step-over', {});
    const method = await this.#checkSecond(step.account, answer, { step, place });
    // Whoever takes it away has signed in: one token is not good for two sessions.
    if (!(await this.#needs.steps.take('second-factor', answer.token))) throw problem('sign-in-step-over', {});
    const account = await this.#needs.store.reader().findOneOrFail(Account, { id: step.account });
    return this.#start(account, ['pwd', method], { place, browser: step.browser });
  }

  /** What a browser needs to sign in without an address and a password. */
  async offerPasskeySignIn(browser: boolean) {
    const options = await this.#needs.passkeys.challenge();
    const step = { account: undefined, challenge: options.challenge, browser };
    const { text, expiresAt } = await this.#needs.steps.begin('passkey-sign-in', step);
    return { token: text, expiresAt, options: { ...options } };
  }

  /** A passkey that has made sure of its person is both factors in one. @throws ProblemError passkey-refused */
  async signInWithPasskey(token: string, answer: PasskeyAnswer, place: Place): Promise<Grant> {
    const step = await this.#needs.steps.take('passkey-sign-in', token);
    if (step?.challenge === undefined) throw problem('sign-in-step-over', {});
    const id = await this.#needs.passkeys.check(answer, step.challenge);
    const account = await this.#needs.store.reader().findOneOrFail(Account, { id });
    return this.#start(account, ['hwk'], { place, browser: step.browser });
  }

  /** The same words and the same work, whether there is such an account or not. @throws ProblemError wrong-credentials */
  async checkPassword({ email, password }: Credentials, place: Place): Promise<Account> {
    const { throttle, passwords, store } = this.#needs;
    const attempt = { target: email, address: place.address };
    await throttle.begin(attempt);
    const account = await findAccount(store.reader(), email);
    const right = await passwords.verify(password, account?.passwordHash);
    if (!account || !right) {
      await this.#recordFailure(account?.id, { outcome: 'wrong-password', method: 'pwd' }, place);
      throw problem('wrong-credentials', {});
    }
    await throttle.succeed(attempt);
    return account;
  }

  /** For the second step of signing in and for proving it again. */
  async checkCode(account: AccountId, code: string, place: Place): Promise<SignInMethod> {
    return this.#needs.secondFactors.check(account, code, place.address).catch(async (error) => {
      await this.#recordFailure(account, { outcome: 'wrong-code', method: 'otp' }, place);
      throw error;
    });
  }

  /** @throws ProblemError passkey-refused */
  async checkOwnPasskey(
    account: AccountId,
    { token, answer }: { token: string; answer: PasskeyAnswer },
    place: Place,
  ): Promise<void> {
    const step = await this.#needs.steps.take('passkey-sign-in', token);
    if (step?.challenge === undefined) throw problem('sign-in-step-over', {});
    await this.#checkSecond(account, { token, passkey: answer }, { step, place });
  }

  async #checkSecond(
    account: AccountId,
    { code, passkey }: SecondStepAnswer,
    { step, place }: { step: Step; place: Place },
  ): Promise<SignInMethod> {
    if (passkey === undefined) return this.checkCode(account, code ?? '', place);
    const owner = step.challenge === undefined ? undefined : await this.#checkPasskey(passkey, step.challenge);
    if (owner === account) return 'hwk';
    await this.#recordFailure(account, { outcome: 'wrong-passkey', method: 'hwk' }, place);
    throw problem('passkey-refused', {});
  }

  async #checkPasskey(answer: PasskeyAnswer, challenge: string): Promise<AccountId | undefined> {
    return this.#needs.passkeys.check(answer, challenge).catch(() => undefined);
  }

  /** A passkey that cannot be used at the address of today must not keep its owner from the other ways. */
  async #offerPasskey(account: AccountId) {
    return this.#needs.passkeys.challenge(account).catch(() => undefined);
  }

  /** Only who has proved to be the person is told that the account is blocked. */
  async #start(account: Account, methods: readonly SignInMethod[], { place, browser }: Manner): Promise<Grant> {
    if (account.blockedAt) throw problem('account-blocked', {});
    return this.#needs.sessions.start({ account, methods, place, browser });
  }

  /** The same work for an account that does not exist, which is taken back instead of kept. Nothing waits for the disk. */
  async #recordFailure(account: AccountId | undefined, what: Failure, place: Place): Promise<void> {
    const { store, history } = this.#needs;
    const written = store.transaction(async (tx: Transaction) => {
      await tx.execute('set local synchronous_commit = off');
      history.record(tx, { account: account ?? NOBODY, ...what, place });
      await tx.flush();
      if (!account) throw new TakenBack();
    });
    await written.catch((error) => {
      if (!(error instanceof TakenBack)) throw error;
    });
  }
}

/** References are looked at when a transaction commits, and this one never does. */
const NOBODY = 'acc_' as AccountId;

class TakenBack extends Error {}

interface Failure {
  readonly outcome: SignInOutcome;
  readonly method: SignInMethod;
}

interface Needs {
  readonly store: Store;
  readonly throttle: Throttle;
  readonly passwords: PasswordWork;
  readonly steps: SignInSteps;
  readonly sessions: SessionService;
  readonly history: SignInHistory;
  readonly secondFactors: SecondFactorService;
  readonly passkeys: PasskeyService;
}
