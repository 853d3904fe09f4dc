import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import type { Mailer } from '../mail/mailer.ts';
import type { SettingService } from '../settings/setting.service.ts';
import { Account, ApiToken } from '../store/entities/index.ts';
import type { AccountId, SessionId } from '../store/ids.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { type Actor, storedActor } from './actor.ts';
import type { Authenticated } from './authentication.service.ts';
import type { PasskeyAnswer, PasskeyService } from './passkeys/passkey.service.ts';
import type { PasswordPolicy } from './passwords/password-policy.ts';
import type { PasswordWork } from './passwords/password-work.ts';
import { assertRecent } from './permissions.ts';
import type { MailTokens } from './registration/mail-tokens.ts';
import type { SecondFactorService, SecondFactors } from './second-factor/second-factor.service.ts';
import type { Grant } from './sessions/grants.ts';
import type { Place } from './sessions/place.ts';
import type { SessionService } from './sessions/session.service.ts';
import { recipient } from './sessions/sign-in-history.ts';
import { findAccount } from './sign-in/find-account.ts';
import type { SignInService } from './sign-in/sign-in.service.ts';
import type { Throttle } from './sign-in/throttle.ts';

/** How somebody proves once more who they are. */
export interface Proof {
  readonly password?: string;
  readonly code?: string;
  readonly passkey?: { readonly token: string; readonly answer: PasskeyAnswer };
}

/** Somebody who signed in, and the account that is theirs. */
export interface Person {
  readonly actor: Actor;
  readonly id: AccountId;
  readonly session: SessionId;
}

/** What people do with their own account. */
export class AccountService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async load({ id }: Person): Promise<{ account: Account; factors: SecondFactors }> {
    const reader = this.#needs.store.reader();
    const account = await reader.findOneOrFail(Account, { id });
    return { account, factors: await this.#needs.secondFactors.load(id, reader) };
  }

  async change({ actor, id }: Person, wish: { name?: string; language?: 'en' | 'de' | null }): Promise<void> {
    await this.#needs.store.transaction(async (tx) => {
      const account = await tx.findOneOrFail(Account, { id });
      const before = { name: account.name, language: account.language };
      Object.assign(account, wish);
      const after = { name: account.name, language: account.language };
      this.#record(tx, actor, { action: 'account.change', before, after });
    });
  }

  /** Ends all other sessions. @throws ProblemError wrong-credentials */
  async changePassword(person: Person, wish: { current: string; password: string }, place: Place): Promise<void> {
    const { store, signIn, policy, passwords, sessions, mailer, clock } = this.#needs;
    const { id, actor, session } = person;
    const account = await signIn.checkPassword({ email: actor.name, password: wish.current }, place);
    await policy.assertGood({
      ...{ password: wish.password, pointer: '/password', context: [account.email, account.name] },
    });
    const passwordHash = await passwords.hash(wish.password);
    await store.transaction(async (tx) => {
      const now = clock.now();
      await tx.nativeUpdate(Account, { id }, { passwordHash, passwordChangedAt: now });
      await sessions.endAll(tx, id, { reason: 'password', except: session });
      this.#record(tx, actor, { action: 'account.password' });
      await mailer.send(tx, {
        template: 'password-changed',
        ...recipient(account),
        data: { at: now, ...from(place) },
      });
    });
  }

  /** It is changed when somebody has read the mail that goes there. */
  async changeEmail({ actor, id }: Person, email: string): Promise<void> {
    const { store, clock, tokens, mailer, throttle } = this.#needs;
    assertRecent(actor, clock);
    if (!(await throttle.allowsMail(email))) return;
    await store.transaction(async (tx) => {
      // Whether the address is somebody else's is said in a mail, and not here.
      const other = await findAccount(tx, email);
      if (other && other.id !== id)
        return mailer.send(tx, { template: 'account-exists', ...recipient(other), data: {} });
      const { text, minutes } = await tokens.create(tx, { purpose: 'change-email', account: id, email });
      await mailer.send(tx, { template: 'verify-email', to: email, data: { token: text, minutes } });
      this.#record(tx, actor, { action: 'account.email-asked', details: { email } });
    });
  }

  /** The session of the person, or the API token. */
  async signOut({ actor, token }: Authenticated): Promise<void> {
    const { store, sessions } = this.#needs;
    if (actor.session) return sessions.end(actor.session, 'signed-out', actor);
    if (!token) return;
    await store.transaction(async (tx) => {
      await tx.nativeDelete(ApiToken, { id: token });
      this.#record(tx, actor, { action: 'token.remove' });
    });
  }

  /** @throws ProblemError wrong-credentials, second-factor-wrong, passkey-refused */
  async reauthenticate({ actor, account }: Authenticated, proof: Proof, place: Place): Promise<Grant> {
    const { signIn, passkeys, sessions, secondFactors } = this.#needs;
    if (!account || !actor.session) throw problem('session-needed', {});
    if (proof.passkey) {
      await signIn.checkOwnPasskey(account.id, proof.passkey, place);
      return sessions.reauthenticate(actor.session, ['hwk']);
    }
    await signIn.checkPassword({ email: account.email, password: proof.password ?? '' }, place);
    const { totp } = await secondFactors.load(account.id);
    const hasPasskey = (await passkeys.list(account.id)).length > 0;
    if (!totp && !hasPasskey) return sessions.reauthenticate(actor.session, ['pwd']);
    const method = await signIn.checkCode(account.id, proof.code ?? '', place);
    return sessions.reauthenticate(actor.session, ['pwd', method]);
  }

  #record(
    tx: Transaction,
    actor: Actor,
    entry: { action: string; before?: object; after?: object; details?: Details },
  ) {
    this.#needs.audit.record(tx, { actor: storedActor(actor), subject: actor.id, ...entry });
  }
}

/** The person who asks. API tokens of a person are none. @throws ProblemError session-needed */
export function personOf({ actor, account, session }: Authenticated): Person {
  if (!account || !session) throw problem('session-needed', {});
  return { actor, id: account.id, session };
}

type Details = Record<string, unknown>;

function from({ address }: Place): { address?: string } {
  return address === undefined ? {} : { address };
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly mailer: Mailer;
  readonly settings: SettingService;
  readonly tokens: MailTokens;
  readonly throttle: Throttle;
  readonly sessions: SessionService;
  readonly signIn: SignInService;
  readonly secondFactors: SecondFactorService;
  readonly passkeys: PasskeyService;
  readonly passwords: PasswordWork;
  readonly policy: PasswordPolicy;
}
