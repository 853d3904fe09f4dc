import { appBeforeRemove, appRemoved, appRestored, appResumed, appSuspended } from '@freehold/sdk';
import { type Actor, hookActor, systemActor } from '../accounts/actor.ts';
import type { DomainService } from '../domains/domain.service.ts';
import { findClaimedNames } from '../domains/domain.service.ts';
import { appRef } from '../events/event-log.ts';
import type { EntitlementService } from '../packages/entitlement.service.ts';
import type { PluginHost } from '../plugin-host/plugin-host.ts';
import type { SettingService } from '../settings/setting.service.ts';
import type { SuspensionReason } from '../store/entities/index.ts';
import type { AppId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import { assertTenantActive } from '../tenants/tenant-access.ts';
import { askToSettle } from '../tenants/tenant-settlement.ts';
import type { Clock } from '../time/clock.ts';
import type { Begun } from './app.service.ts';
import { assertPresent, assertRemoved, loadApp, lockApp } from './app-access.ts';
import { assertNameFree } from './app-name.ts';
import type { AppRecorder } from './app-recorder.ts';
import { askGate } from './gate.ts';
import type { SpecPreparation } from './spec-preparation.ts';
import { resume, suspend } from './suspension.ts';

/** What happens to an app between its creation and its end. */
export class AppLifecycle {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async suspend(actor: Actor, id: string, wish: { reason: SuspensionReason; note?: string }): Promise<Begun> {
    const seen = await this.#load(actor, id, 'app.suspend');
    return this.#needs.store.transaction(async (tx) => {
      const { app, row } = await lockApp(tx, seen.id);
      assertPresent(app);
      const already = app.suspended.length > 0;
      app.suspended = suspend(app, { actor, ...wish, now: this.#needs.clock.now() });
      const event = already ? undefined : appSuspended;
      const inverse = { kind: 'resume', reason: wish.reason } as const;
      const change = { app, row, kind: 'suspend', actor, event, inverse, request: { ...wish } } as const;
      return { app, operation: await this.#needs.recorder.record(tx, change) };
    });
  }

  async resume(actor: Actor, id: string, { reason }: { reason?: SuspensionReason }): Promise<Begun> {
    const seen = await this.#load(actor, id, 'app.suspend');
    return this.#needs.store.transaction(async (tx) => {
      const { app, row } = await lockApp(tx, seen.id);
      assertPresent(app);
      const { kept, ended } = resume(app, { actor, reason });
      app.suspended = kept;
      const [first] = ended;
      const inverse = first && ({ kind: 'suspend', reason: first.reason, note: first.note } as const);
      const event = kept.length === 0 ? appResumed : undefined;
      const request = { reasons: ended.map((one) => one.reason) };
      const change = { app, row, kind: 'resume', actor, event, inverse, request } as const;
      return { app, operation: await this.#needs.recorder.record(tx, change) };
    });
  }

  /** Puts the app in the trash, where its data stays until the retention time is over. */
  async remove(actor: Actor, id: string): Promise<Begun> {
    const seen = await this.#load(actor, id, 'app.remove');
    assertPresent(seen);
    await askGate(this.#needs.plugins, appBeforeRemove, { actor: hookActor(actor), app: appRef(seen) });
    return this.#needs.store.transaction(async (tx) => {
      const { app, row } = await lockApp(tx, seen.id);
      assertPresent(app);
      const { retention } = await this.#needs.settings.load(tx);
      const now = this.#needs.clock.now();
      const purgeAfter = new Date(now.getTime() + retention * 1_000);
      Object.assign(app, { lifecycle: 'removed', removedAt: now, purgeAfter });
      row.wanted = 'removed';
      await this.#needs.domains.release(tx, app);
      await this.#needs.entitlements.release(tx, app);
      const inverse = { kind: 'restore' } as const;
      const change = { app, row, kind: 'remove', actor, event: appRemoved, inverse } as const;
      return { app, operation: await this.#needs.recorder.record(tx, change) };
    });
  }

  /** Takes the app out of the trash with all its data. Its name and host names may be somebody else's by now. */
  async restore(actor: Actor, id: string): Promise<Begun> {
    const seen = await this.#load(actor, id, 'app.restore');
    assertRemoved(seen);
    const type = this.#needs.preparation.getType(seen.type);
    const spec = await this.#needs.preparation.migrate(type, seen);
    const uses = await this.#needs.preparation.findUses(type, { ...seen, tenant: seen.tenant.id, spec });
    return this.#needs.store.transaction(async (tx) => {
      const { app, row } = await lockApp(tx, seen.id);
      assertRemoved(app);
      await assertTenantActive(tx, app.tenant);
      await assertNameFree(tx, app.tenant.id, app.name);
      Object.assign(app, { lifecycle: 'present', removedAt: null, purgeAfter: null });
      row.wanted = 'present';
      await this.#needs.domains.claim(tx, app, findClaimedNames(type.spec, app.spec));
      await this.#needs.entitlements.take(tx, app, uses);
      await askToSettle(tx, app.tenant.id);
      const inverse = { kind: 'remove' } as const;
      const change = { app, row, kind: 'restore', actor, event: appRestored, inverse } as const;
      return { app, operation: await this.#needs.recorder.record(tx, change) };
    });
  }

  /** Destroys what is in the trash. There is no way back. */
  async purge(actor: Actor, id: string): Promise<Begun> {
    const seen = await this.#load(actor, id, 'app.purge');
    return this.#destroy(actor, seen.id);
  }

  /** Destroys what has been in the trash for long enough. Gives how many apps. */
  async purgeDue(): Promise<number> {
    const due = await this.#needs.store
      .reader()
      .execute<{ id: AppId }[]>(
        `select id from kernel.app where lifecycle = 'removed' and purge_after <= ? order by purge_after limit 100`,
        [this.#needs.clock.now()],
      );
    for (const { id } of due) await this.#destroy(systemActor, id);
    return due.length;
  }

  /** All at once, whether it is in the trash or not: its tenant is destroyed. What is on its way out already is left alone. */
  async destroyNow(id: AppId): Promise<void> {
    const { store, domains, entitlements, recorder } = this.#needs;
    await store.transaction(async (tx) => {
      const { app, row } = await lockApp(tx, id);
      if (app.lifecycle === 'purging') return;
      if (app.lifecycle === 'present') {
        await domains.release(tx, app);
        await entitlements.release(tx, app);
      }
      Object.assign(app, { lifecycle: 'purging', removedAt: app.removedAt ?? this.#needs.clock.now() });
      row.wanted = 'purged';
      await recorder.record(tx, { app, row, kind: 'purge', actor: systemActor, event: appRemoved });
    });
  }

  #destroy(actor: Actor, id: AppId): Promise<Begun> {
    return this.#needs.store.transaction(async (tx) => {
      const { app, row } = await lockApp(tx, id);
      assertRemoved(app);
      app.lifecycle = 'purging';
      row.wanted = 'purged';
      return { app, operation: await this.#needs.recorder.record(tx, { app, row, kind: 'purge', actor }) };
    });
  }

  #load(actor: Actor, id: string, action: 'app.suspend' | 'app.remove' | 'app.restore' | 'app.purge') {
    return loadApp(this.#needs.store.readerFor(actor), actor, { id, action });
  }
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly plugins: PluginHost;
  readonly domains: DomainService;
  readonly entitlements: EntitlementService;
  readonly settings: SettingService;
  readonly preparation: SpecPreparation;
  readonly recorder: AppRecorder;
}
