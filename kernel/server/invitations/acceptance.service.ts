import { type Actor, storedActor } from '../accounts/actor.ts';
import type { PasswordPolicy } from '../accounts/passwords/password-policy.ts';
import type { PasswordWork } from '../accounts/passwords/password-work.ts';
import { findAccount } from '../accounts/sign-in/find-account.ts';
import { hashToken } from '../accounts/token.ts';
import type { AuditService } from '../audit/audit.service.ts';
import { problem } from '../errors/problem.ts';
import { Account, Invitation, Membership, type StoredActor, Tenant } from '../store/entities/index.ts';
import { type AccountId, newId } from '../store/ids.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';

export interface NewPerson {
  readonly token: string;
  readonly name: string;
  readonly password: string;
  readonly address?: string;
}

export interface Accepted {
  readonly account: Account;
  readonly tenant: Tenant;
  readonly membership: Membership;
}

/** What becomes of an invitation in the hands of whoever has read the mail. */
export class AcceptanceService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** By somebody who has no account yet: the mail proves the address. @throws ProblemError invitation-needs-sign-in */
  async join({ token, name, password, address }: NewPerson): Promise<Accepted> {
    const { store, policy, passwords, clock } = this.#needs;
    const offered = await this.#find(store.reader(), token);
    await policy.assertGood({ password, pointer: '/password', context: [offered.email, name] });
    const passwordHash = await passwords.hash(password);
    return store.transaction(async (tx) => {
      const invitation = await this.#take(tx, token);
      const { email } = invitation;
      if (await findAccount(tx, email)) throw problem('invitation-needs-sign-in', { email });
      const createdAt = clock.now();
      const verified = { createdAt, emailVerifiedAt: createdAt, passwordChangedAt: createdAt, language: null };
      const account = tx.create(
        Account,
        { id: newId('acc'), email, name, passwordHash, ...verified },
        { persist: true },
      );
      await tx.flush();
      const actor = {
        kind: 'account',
        id: account.id,
        name: email,
        ...(address !== undefined && { address }),
      } as const;
      return this.#admit(tx, { invitation, account, actor });
    });
  }

  /** By somebody who is signed in, with the address that was invited. @throws ProblemError invitation-for-another */
  async accept(actor: Actor, token: string): Promise<Accepted> {
    return this.#needs.store.transaction(async (tx) => {
      const invitation = await this.#take(tx, token);
      const account = await tx.findOne(Account, { id: actor.id as AccountId });
      if (account?.email.toLowerCase() !== invitation.email.toLowerCase())
        throw problem('invitation-for-another', { email: invitation.email, actor: actor.name });
      return this.#admit(tx, { invitation, account, actor: storedActor(actor) });
    });
  }

  async clean(): Promise<void> {
    await this.#needs.store.reader().nativeDelete(Invitation, { expiresAt: { $lt: this.#needs.clock.now() } });
  }

  /** Who is a member already gets what was offered last, unless that is less than the role they have. */
  async #admit(tx: Transaction, { invitation, account, actor }: Admission): Promise<Accepted> {
    const { id, tenant, role, apps, actions } = invitation;
    const before = await tx.findOne(Membership, { tenant, account: account.id });
    if (before && before.role !== role) throw problem('already-a-member', { role: before.role });
    const given = { apps: apps ?? null, actions: actions ?? null, createdAt: this.#needs.clock.now() };
    const membership = before
      ? Object.assign(before, given)
      : tx.create(Membership, { account: account.id, tenant, role, ...given }, { persist: true });
    this.#needs.audit.record(tx, {
      ...{ actor, action: 'invitation.accept', subject: id, tenant },
      details: { account: account.id, role, invitedBy: invitation.invitedBy.name },
    });
    return { account, membership, tenant: await tx.findOneOrFail(Tenant, { id: tenant }) };
  }

  async #find(reader: Transaction, token: string): Promise<Invitation> {
    const now = this.#needs.clock.now();
    const found = await reader.findOne(Invitation, { hash: hashToken(token), expiresAt: { $gt: now } });
    const tenant = found && (await reader.findOne(Tenant, { id: found.tenant, lifecycle: 'present' }));
    if (!tenant) throw problem('invitation-over', {});
    return found;
  }

  /** Good once: of two who come at the same time one finds it gone. */
  async #take(tx: Transaction, token: string): Promise<Invitation> {
    await tx.execute('select from kernel.invitation where hash = ? for update', [hashToken(token)]);
    const found = await this.#find(tx, token);
    await tx.nativeDelete(Invitation, { id: found.id });
    return found;
  }
}

interface Admission {
  readonly invitation: Invitation;
  readonly account: Account;
  readonly actor: StoredActor;
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly audit: AuditService;
  readonly policy: PasswordPolicy;
  readonly passwords: PasswordWork;
}
