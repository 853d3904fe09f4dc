import { appResumed, appSuspended } from '@freehold/sdk';
import { systemActor } from '../accounts/actor.ts';
import { lockApp } from '../apps/app-access.ts';
import type { AppRecorder } from '../apps/app-recorder.ts';
import { sameJson } from '../json/same-json.ts';
import { type App, type Suspension, Tenant } from '../store/entities/index.ts';
import type { AppId, TenantId } from '../store/ids.ts';
import type { Store, Transaction } from '../store/store.ts';

/** Lets the apps follow their tenant, soon after the transaction has committed. */
export async function askToSettle(tx: Transaction, tenant: TenantId): Promise<void> {
  await tx.flush();
  await tx.execute(
    `select graphile_worker.add_job('settle-tenant', json_build_object('tenant', ?::text), job_key := 'tenant:' || ?)`,
    [tenant, tenant],
  );
}

/**
 * Suspends the apps of tenants that are suspended or removed, through what is wanted of them, and resumes them afterwards. It looks at
 * what is there and not at what has happened, so it can run at any time, and again.
 */
export class TenantSettlement {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Everything below the tenant. */
  async settle({ tenant }: { tenant: string }): Promise<void> {
    const apps = await this.#needs.store.reader().execute<{ id: AppId }[]>(
      `select a.id from kernel.app a join kernel.tenant t on t.id = a.tenant
         where t.path && array[?]::text[] and a.lifecycle <> 'purging' order by a.id`,
      [tenant],
    );
    for (const { id } of apps) await this.#settleApp(id);
  }

  /** What a change that was made at the same time may have left behind. */
  async settleAll(): Promise<void> {
    const tenants = await this.#needs.store
      .reader()
      .execute<{ id: TenantId }[]>(
        `select id from kernel.tenant where suspended <> '[]' or lifecycle <> 'present' order by id`,
      );
    for (const { id } of tenants) await this.settle({ tenant: id });
  }

  async #settleApp(id: AppId): Promise<void> {
    await this.#needs.store.transaction(async (tx) => {
      const { app, row } = await lockApp(tx, id);
      const before = app.suspended;
      const after = [...before.filter((one) => !one.tenant), ...(await findInherited(tx, app))];
      if (sameJson(before, after)) return;
      app.suspended = after;
      // What is in the trash comes back as its tenant is by then.
      if (app.lifecycle !== 'present') return;
      const kind = after.length > 0 ? 'suspend' : 'resume';
      const changed = before.length > 0 !== after.length > 0;
      const event = changed ? (kind === 'suspend' ? appSuspended : appResumed) : undefined;
      const request = { tenant: app.tenant.id, reasons: after.map(({ reason }) => reason) };
      await this.#needs.recorder.record(tx, { app, row, kind, actor: systemActor, event, request });
    });
  }
}

/** From the root down. */
async function findInherited(tx: Transaction, { tenant }: App): Promise<Suspension[]> {
  const above = await tx.find(Tenant, { id: { $in: tenant.path } }, { refresh: true });
  const inOrder = tenant.path.flatMap((id) => above.filter((one) => one.id === id));
  return inOrder.flatMap(({ id, suspended, lifecycle, removedAt }) => {
    const own = suspended.map((one) => ({ ...one, tenant: id }));
    if (lifecycle === 'present') return own;
    const at = (removedAt ?? new Date(0)).toISOString();
    return [
      ...own,
      { reason: 'operator', note: 'The tenant was removed.', at, by: 'super_admin', tenant: id } as const,
    ];
  });
}

interface Needs {
  readonly store: Store;
  readonly recorder: AppRecorder;
}
