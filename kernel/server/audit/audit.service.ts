import type { Actor } from '../accounts/actor.ts';
import { assertCanSomewhere } from '../accounts/permissions.ts';
import { AuditEntry, type StoredActor } from '../store/entities/index.ts';
import { newId, type TenantId } from '../store/ids.ts';
import { loadPage, type Page, type PageRequest } from '../store/page.ts';
import type { Store, Transaction } from '../store/store.ts';
import { ofVisibleTenants } from '../tenants/scope.ts';
import type { Clock } from '../time/clock.ts';

export interface AuditRecord {
  readonly actor: StoredActor;
  /** `app.create`, as in the permissions. */
  readonly action: string;
  /** Id of what it was done to. */
  readonly subject: string;
  readonly tenant?: TenantId;
  /** What was asked or what changed; never a secret. */
  readonly details?: Record<string, unknown>;
}

export interface AuditFilter {
  readonly tenant?: TenantId;
  readonly subject?: string;
}

/** Who did what, when. Entries are written in the transaction of the change and never changed. */
export class AuditService {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(needs: { store: Store; clock: Clock }) {
    this.#store = needs.store;
    this.#clock = needs.clock;
  }

  record(tx: Transaction, { actor, action, subject, tenant, details = {} }: AuditRecord): void {
    const values = { id: newId('aud'), at: this.#clock.now(), actor, action, subject, tenant: tenant ?? null, details };
    tx.create(AuditEntry, values, { persist: true });
  }

  async list(actor: Actor, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>> {
    assertCanSomewhere(actor, 'audit.read');
    return loadPage(this.#store.reader(), AuditEntry, { where: { $and: [filter, ofVisibleTenants(actor)] }, ...page });
  }
}
