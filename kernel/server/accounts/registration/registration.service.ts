import type { AuditService } from '../../audit/audit.service.ts';
import { problem } from '../../errors/problem.ts';
import type { Mailer } from '../../mail/mailer.ts';
import type { Keyring } from '../../secrets/keyring.ts';
import type { SettingService } from '../../settings/setting.service.ts';
import { Account, Membership, Tenant } from '../../store/entities/index.ts';
import { newId } from '../../store/ids.ts';
import type { Store, Transaction } from '../../store/store.ts';
import type { TenantService } from '../../tenants/tenant.service.ts';
import type { Clock } from '../../time/clock.ts';
import { type Actor, storedActor, systemActor } from '../actor.ts';
import { verifyPassword } from '../password.ts';
import type { PasswordPolicy } from '../passwords/password-policy.ts';
import type { PasswordWork } from '../passwords/password-work.ts';
import type { Grant } from '../sessions/grants.ts';
import type { Place } from '../sessions/place.ts';
import type { SessionService } from '../sessions/session.service.ts';
import { recipient } from '../sessions/sign-in-history.ts';
import { findAccount } from '../sign-in/find-account.ts';
import type { Throttle } from '../sign-in/throttle.ts';
import type { MailToken, MailTokens } from './mail-tokens.ts';

export interface Registration {
  readonly email: string;
  readonly name: string;
  readonly password: string;
}

/**
 * New accounts of strangers. Nothing is made before somebody has read the mail that was sent to the address, and knows the password that
 * was chosen: so nobody can prepare an account for somebody else's address and wait.
 */
export class RegistrationService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** The same answer and the same work, whether the address is known or not. Says whether a mail has to be read first. */
  async register(wish: Registration, place: Place): Promise<{ verification: boolean }> {
    const { store, settings, policy, passwords, throttle } = this.#needs;
    const { registration, verifyEmail } = await settings.known();
    if (registration === 'closed') throw problem('registration-closed', {});
    const { email, name, password } = wish;
    await policy.assertGood({ password, pointer: '/password', context: [email, name] });
    const passwordHash = await passwords.hash(password);
    if (!(await throttle.allowsMail(email))) return { verification: verifyEmail };
    await store.transaction(async (tx) => {
      const known = await findAccount(tx, email);
      if (known) await this.#tellOwner(tx, known, place);
      else if (verifyEmail) await this.#askToVerify(tx, { email, name, passwordHash });
      else await this.#insert(tx, { email, name, passwordHash, verified: false }, place);
    });
    return { verification: verifyEmail };
  }

  /** Somebody has read the mail: a new account is signed in, or the address of one has changed. @throws ProblemError mail-token-over */
  async verify({ token, password }: { token: string; password: string | undefined }, place: Place): Promise<Verified> {
    const { store, throttle, tokens, sessions } = this.#needs;
    const attempt = { target: `mail token ${token}`, address: place.address };
    await throttle.begin(attempt);
    const { account, isNew } = await store.transaction(async (tx) => {
      const taken = await tokens.take(tx, token, ['register', 'change-email']);
      if (taken.purpose === 'change-email') return { account: await this.#changeEmail(tx, taken, place), isNew: false };
      return { account: await this.#admit(tx, taken, { password, place }), isNew: true };
    });
    await throttle.succeed(attempt);
    const grant = isNew ? await sessions.start({ account, methods: ['pwd'], place, browser: false }) : undefined;
    return { email: account.email, grant };
  }

  async #tellOwner(tx: Transaction, known: Account, place: Place): Promise<void> {
    await this.#needs.mailer.send(tx, { template: 'account-exists', ...recipient(known), data: from(place) });
  }

  /** The name is no part of the mail: it would be a text of somebody's choice in somebody else's post. */
  async #askToVerify(tx: Transaction, { email, name, passwordHash }: Omit<NewAccount, 'verified'>): Promise<void> {
    const { tokens, mailer } = this.#needs;
    const data = { name, passwordHash };
    const { text, minutes } = await tokens.create(tx, { purpose: 'register', email, data });
    await mailer.send(tx, { template: 'verify-email', to: email, data: { token: text, minutes } });
  }

  async #admit(tx: Transaction, { email, data }: MailToken, { password, place }: Proof): Promise<Account> {
    const { name, passwordHash } = data as { name: string; passwordHash: string };
    if (password === undefined || !(await verifyPassword(password, passwordHash)))
      throw problem('wrong-credentials', {});
    return this.#insert(tx, { email, name, passwordHash, verified: true }, place);
  }

  async #insert(tx: Transaction, { verified, ...wish }: NewAccount, place: Place): Promise<Account> {
    const { clock, audit, tenants } = this.#needs;
    if (await findAccount(tx, wish.email)) throw problem('mail-token-over', {});
    const createdAt = clock.now();
    const rest = {
      createdAt,
      emailVerifiedAt: verified ? createdAt : null,
      passwordChangedAt: createdAt,
      language: null,
    };
    const account = tx.create(Account, { id: newId('acc'), ...wish, ...rest }, { persist: true });
    const hoster = await tx.findOneOrFail(Tenant, { kind: 'hoster' });
    const tenant = await tenants.createWithin(tx, asHoster(hoster), { name: wish.name, parent: hoster.id });
    tx.create(Membership, { account: account.id, tenant: tenant.id, role: 'customer' }, { persist: true });
    audit.record(tx, {
      ...{ actor: storedActor({ ...systemActor, ...from(place) }), action: 'account.register' },
      ...{ subject: account.id, tenant: tenant.id, details: { email: wish.email } },
    });
    return account;
  }

  async #changeEmail(tx: Transaction, { account: id, email }: MailToken, place: Place): Promise<Account> {
    const { mailer, audit, clock } = this.#needs;
    const account = await tx.findOneOrFail(Account, { id: id ?? ('' as never) });
    const other = await findAccount(tx, email);
    if (other && other.id !== account.id) throw problem('email-taken', {});
    const at = clock.now();
    const data = { email, at, ...from(place) };
    await mailer.send(tx, { template: 'email-changed', ...recipient(account), data });
    audit.record(tx, {
      ...{ actor: { kind: 'account', id: account.id, name: account.email, ...from(place) }, action: 'account.email' },
      ...{ subject: account.id, before: { email: account.email }, after: { email } },
    });
    Object.assign(account, { email, emailVerifiedAt: at });
    return account;
  }
}

export interface Verified {
  readonly email: string;
  readonly grant: Grant | undefined;
}

interface NewAccount {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly verified: boolean;
}

interface Proof {
  readonly password: string | undefined;
  readonly place: Place;
}

/** What strangers may not do, the installation does for them: it makes the tenant that will be theirs. */
function asHoster({ id }: Tenant): Actor {
  return { ...systemActor, memberships: [{ tenant: id, role: 'super_admin' }] };
}

function from({ address }: Place): { address?: string } {
  return address === undefined ? {} : { address };
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly audit: AuditService;
  readonly mailer: Mailer;
  readonly settings: SettingService;
  readonly tenants: TenantService;
  readonly tokens: MailTokens;
  readonly throttle: Throttle;
  readonly sessions: SessionService;
  readonly passwords: PasswordWork;
  readonly policy: PasswordPolicy;
}
