import type { AppLifecycle } from '../apps/app-lifecycle.ts';
import { cleanUploads } from '../apps/files/upload-cleanup.ts';
import type { UploadStore } from '../apps/files/upload-store.ts';
import type { UsesCounting } from '../packages/uses-counting.ts';
import type { PluginHost } from '../plugin-host/plugin-host.ts';
import type { Store } from '../store/store.ts';
import type { TenantRemovalService } from '../tenants/tenant-removal.service.ts';
import type { TenantSettlement } from '../tenants/tenant-settlement.ts';
import type { Clock } from '../time/clock.ts';

const HOUR = 3_600_000;

/** What the server does in the background. Each of them can be done at any time, and again. */
export class BackgroundTasks {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Tells one plugin of an event. Throws when the plugin fails, so that it is told again. */
  async deliverEvent({ event, plugin }: { event: string; plugin: string }): Promise<void> {
    const { store, plugins } = this.#needs;
    const [found] = await store
      .reader()
      .execute<{ type: string; data: unknown }[]>('select type, data from kernel.event where id = ?', [event]);
    if (found) await plugins.hooks.deliver(found.type, plugin, found.data);
  }

  /** Runs the scheduled job of a plugin, if the plugin still has it. */
  async runPluginJob({ plugin, job }: { plugin: string; job: string }): Promise<void> {
    const found = this.#needs.plugins.jobs().find((one) => one.plugin.id === plugin && one.id === job);
    await found?.run();
  }

  /** Lets the apps of a tenant follow it. */
  async settleTenant({ tenant }: { tenant: string }): Promise<void> {
    await this.#needs.settlement.settle({ tenant });
  }

  /** Destroys what has been in the trash for long enough. */
  async purge(): Promise<void> {
    await this.#needs.lifecycle.purgeDue();
    await this.#needs.settlement.settleAll();
    await this.#needs.removals.purgeDue();
  }

  /** Counts what apps take, where the code that says it has changed. */
  async countUses(): Promise<void> {
    await this.#needs.counting.countChanged();
  }

  /** Removes what nobody needs any more: old events, answered requests, archives that no release names. */
  async clean(): Promise<void> {
    const { store, clock } = this.#needs;
    const now = clock.now().getTime();
    const reader = store.reader();
    for (const [table, column, age] of EXPIRING)
      await reader.execute(`delete from kernel.${table} where ${column} < ?`, [new Date(now - age)]);
    await cleanUploads(this.#needs);
    for (const forget of this.#needs.forgetting) await forget();
  }
}

const EXPIRING = [
  ['idempotency_key', 'created_at', 24 * HOUR],
  ['rate_window', 'since', 24 * HOUR],
  ['webhook_delivery', 'created_at', 30 * 24 * HOUR],
  ['plan_request', 'created_at', HOUR],
  ['log_request', 'seen_at', HOUR],
  ['event', 'at', 30 * 24 * HOUR],
] as const;

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly plugins: PluginHost;
  readonly uploads: UploadStore;
  readonly lifecycle: AppLifecycle;
  readonly settlement: TenantSettlement;
  readonly counting: UsesCounting;
  readonly removals: TenantRemovalService;
  /** What other parts forget when its time is over. */
  readonly forgetting: readonly (() => Promise<unknown>)[];
}
