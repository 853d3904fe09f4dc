import type { Actor } from '../accounts/actor.ts';
import { assertCan, assertCanSomewhere } from '../accounts/permissions.ts';
import { AuditEntry, type StoredActor } from '../store/entities/index.ts';
import { newId, type TenantId } from '../store/ids.ts';
import { loadPage, type Page, type PageRequest } from '../store/page.ts';
import type { Store, Transaction } from '../store/store.ts';
import { ofVisibleTenants } from '../tenants/scope.ts';
import type { Clock } from '../time/clock.ts';
import type { ChainHead } from './audit-chain.ts';
import { type AuditFilter, conditionOf } from './audit-filter.ts';
import { redactForAudit } from './audit-redaction.ts';
import type { AuditVerifier, Verification } from './audit-verifier.ts';

export interface AuditRecord {
  /** With whoever acted as that one, the address and the request: `storedActor()` of the one who asks. */
  readonly actor: StoredActor;
  /** `app.create`, as in the permissions. */
  readonly action: string;
  /** Id of what it was done to. */
  readonly subject: string;
  readonly tenant?: TenantId;
  /** What it was and what it became, as far as it is worth knowing. Secrets in it are taken out. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** What else was asked for. A `before` and an `after` in it are taken for those above. */
  readonly details?: Record<string, unknown>;
}

/** Entries that one query brings of an export. */
const BATCH = 500;

/** Who did what, when. Entries are written in the transaction of the change and never changed. */
export class AuditService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  record(tx: Transaction, { actor, action, subject, tenant, details = {}, ...values }: AuditRecord): void {
    const { before = values.before, after = values.after, ...rest } = details;
    const entry = {
      ...{ id: newId('aud'), at: this.#needs.clock.now(), actor, action, subject, tenant: tenant ?? null },
      ...{ details: redactForAudit(rest), number: null, link: null },
      ...{ before: redactForAudit(before) ?? null, after: redactForAudit(after) ?? null },
    };
    tx.create(AuditEntry, entry, { persist: true });
  }

  async list(actor: Actor, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>> {
    assertCanSomewhere(actor, 'audit.read');
    const where = { $and: [...conditionOf(filter), ofVisibleTenants(actor, 'audit.read')] };
    return loadPage(this.#needs.store.readerFor(actor), AuditEntry, { where, ...page });
  }

  /** The oldest first, and all there are. */
  async *export(actor: Actor, filter: AuditFilter): AsyncGenerator<AuditEntry> {
    assertCanSomewhere(actor, 'audit.read');
    for (let last: string | undefined; ; ) {
      const after = last === undefined ? {} : { id: { $gt: last } };
      const where = { $and: [...conditionOf(filter), ofVisibleTenants(actor, 'audit.read'), after] };
      const reader = this.#needs.store.readerFor(actor);
      const entries = await reader.find(AuditEntry, where, { orderBy: { id: 'asc' }, limit: BATCH });
      yield* entries;
      if (entries.length < BATCH) return;
      last = entries.at(-1)?.id;
    }
  }

  /** @throws ProblemError permission-denied */
  async verify(actor: Actor, remembered?: ChainHead): Promise<Verification> {
    assertCan(actor, 'audit.verify');
    return this.#needs.verifier.verify(remembered);
  }
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly verifier: AuditVerifier;
}
