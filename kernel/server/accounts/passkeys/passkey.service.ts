import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { problem } from '../../errors/problem.ts';
import type { SettingService } from '../../settings/setting.service.ts';
import { Passkey } from '../../store/entities/index.ts';
import { type AccountId, newId, type PasskeyId } from '../../store/ids.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import type { Actor } from '../actor.ts';
import type { SecondFactorService } from '../second-factor/second-factor.service.ts';
import type { SignInSteps } from '../sign-in/sign-in-steps.ts';

/** Ed25519, ES256 and RS256 (COSE): what authenticators have, and this Node has for good. */
const ALGORITHMS = [-8, -7, -257];

/** What a browser's `navigator.credentials` gave, as JSON. Checked by what verifies it. */
export type PasskeyAnswer = Readonly<Record<string, unknown>>;

/** Passkeys of accounts (WebAuthn level 3). They are bound to the address of the installation, whatever a request says it is. */
export class PasskeyService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  list(account: AccountId): Promise<Passkey[]> {
    return this.#needs.store.reader().find(Passkey, { account }, { orderBy: { id: 'desc' } });
  }

  /** What the browser needs to make one, and a token to send along with it. */
  async prepare(actor: Actor, account: AccountId) {
    const { rpID, rpName } = await this.#loadParty();
    const known = await this.list(account);
    const options = await generateRegistrationOptions({
      ...{ rpID, rpName, userName: actor.name, userID: new TextEncoder().encode(account) },
      ...{ attestationType: 'none', supportedAlgorithmIDs: ALGORITHMS },
      excludeCredentials: known.map(({ credential: id, transports }) => ({ id, transports })),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    });
    const wish = { account, challenge: options.challenge, browser: false };
    const { text, expiresAt } = await this.#needs.steps.begin('passkey-registration', wish);
    return { token: text, expiresAt, options };
  }

  /** Gives recovery codes when there are none. @throws ProblemError passkey-refused */
  async register(actor: Actor, account: AccountId, { token, name, answer }: Registration) {
    const step = await this.#needs.steps.take('passkey-registration', token);
    if (step?.account !== account || step.challenge === undefined) throw problem('sign-in-step-over', {});
    const { rpID, origin } = await this.#loadParty();
    const checked = await verifyRegistrationResponse({
      response: answer as unknown as RegistrationResponseJSON,
      ...{
        expectedChallenge: step.challenge,
        expectedOrigin: origin,
        expectedRPID: rpID,
        requireUserVerification: true,
      },
      supportedAlgorithmIDs: ALGORITHMS,
    }).catch((cause) => refuse(cause));
    if (!checked.verified) throw refuse();
    const { id, publicKey, counter, transports = [] } = checked.registrationInfo.credential;
    return this.#insert(actor, { account, name, credential: id, publicKey, counter, transports });
  }

  async rename(account: AccountId, passkey: string, name: string): Promise<Passkey> {
    return this.#needs.store.transaction(async (tx) => {
      const found = await tx.findOne(Passkey, { id: passkey as PasskeyId, account });
      if (!found) throw problem('passkey-not-found', { passkey });
      found.name = name;
      return found;
    });
  }

  async remove(actor: Actor, account: AccountId, passkey: string): Promise<void> {
    const { store, secondFactors } = this.#needs;
    await store.transaction(async (tx) => {
      const removed = await tx.nativeDelete(Passkey, { id: passkey as PasskeyId, account });
      if (removed === 0) throw problem('passkey-not-found', { passkey });
      await secondFactors.tell(tx, actor, 'passkey-removed');
      await secondFactors.forgetUnneeded(tx, account);
    });
  }

  /** What the browser needs to sign in with one: of an account, or with whichever the person chooses. */
  async challenge(account?: AccountId) {
    const { rpID } = await this.#loadParty();
    const known = account === undefined ? [] : await this.list(account);
    return generateAuthenticationOptions({
      ...{ rpID, userVerification: 'required' },
      allowCredentials: known.map(({ credential: id, transports }) => ({ id, transports })),
    });
  }

  /** Whose passkey has signed the challenge. @throws ProblemError passkey-refused */
  async check(answer: PasskeyAnswer, challenge: string): Promise<AccountId> {
    const credential = typeof answer.id === 'string' ? answer.id : '';
    const passkey = await this.#needs.store.reader().findOne(Passkey, { credential });
    if (!passkey) throw refuse();
    const { rpID, origin } = await this.#loadParty();
    const { publicKey, counter } = passkey;
    const checked = await verifyAuthenticationResponse({
      response: answer as unknown as AuthenticationResponseJSON,
      ...{ expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpID, requireUserVerification: true },
      credential: { id: credential, publicKey: new Uint8Array(publicKey), counter },
    }).catch((cause) => refuse(cause));
    if (!checked.verified) throw refuse();
    await this.#recordUse(passkey, checked.authenticationInfo.newCounter);
    return passkey.account;
  }

  /** A counter that does not grow says that there is a copy of the passkey; those that do not count stay at 0. */
  async #recordUse({ id, counter }: Passkey, newCounter: number): Promise<void> {
    const { store, clock } = this.#needs;
    const change = { counter: newCounter, lastUsedAt: clock.now() };
    const before = newCounter === 0 ? { counter: 0 } : { counter: { $lt: newCounter } };
    if ((await store.reader().nativeUpdate(Passkey, { id, ...before }, change)) === 0)
      throw refuse(new Error(`The counter of ${id} was ${counter} and is ${newCounter}.`));
  }

  async #insert(actor: Actor, { publicKey, ...values }: NewPasskey) {
    const { store, clock, secondFactors } = this.#needs;
    return store.transaction(async (tx) => {
      if (await tx.findOne(Passkey, { credential: values.credential })) throw problem('passkey-known', {});
      const dates = { createdAt: clock.now(), lastUsedAt: null };
      const row = { id: newId('pky'), ...values, publicKey: Buffer.from(publicKey), ...dates };
      const passkey = tx.create(Passkey, row, { persist: true });
      await secondFactors.tell(tx, actor, 'passkey-added');
      return { passkey, recoveryCodes: await secondFactors.ensureRecoveryCodes(tx, values.account) };
    });
  }

  /** @throws ProblemError passkeys-need-address */
  async #loadParty(): Promise<{ rpID: string; rpName: string; origin: string }> {
    const { publicUrl, name } = await this.#needs.settings.known();
    const url = publicUrl === null ? undefined : new URL(publicUrl);
    // Browsers give passkeys to names only, and over https alone, but on this machine.
    if (!url || /^[\d.]+$|^\[/.test(url.hostname)) throw problem('passkeys-need-address', { publicUrl });
    return { rpID: url.hostname, rpName: name, origin: url.origin };
  }
}

export interface Registration {
  readonly token: string;
  readonly name: string;
  readonly answer: PasskeyAnswer;
}

interface NewPasskey {
  readonly account: AccountId;
  readonly name: string;
  readonly credential: string;
  readonly publicKey: Uint8Array;
  readonly counter: number;
  readonly transports: string[];
}

/** What exactly was wrong is in the cause, for nobody who asks from outside. */
function refuse(cause?: unknown): never {
  throw problem('passkey-refused', {}, cause === undefined ? {} : { cause });
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly settings: SettingService;
  readonly steps: SignInSteps;
  readonly secondFactors: SecondFactorService;
}
