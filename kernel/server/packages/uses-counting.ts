import { assertPresent, lockApp } from '../apps/app-access.ts';
import type { SpecPreparation } from '../apps/spec-preparation.ts';
import { ProblemError } from '../errors/problem.ts';
import type { Log } from '../log/logger.ts';
import type { LoadedAppType, PluginHost } from '../plugin-host/plugin-host.ts';
import { App } from '../store/entities/index.ts';
import type { AppId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import type { EntitlementService } from './entitlement.service.ts';

const BATCH = 200;
/** Of what the kernel itself counts: another one when it counts something else. */
const COUNTING = 1;

/** Counts anew what apps take, after the code that says it has changed. Nobody is refused anything: the apps are there already. */
export class UsesCounting {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Of the plugins whose code is not that which counted last. Can be done at any time, and again. */
  async countChanged(): Promise<void> {
    const { store, plugins } = this.#needs;
    const rows = await store
      .reader()
      .execute<{ plugin: string; digest: string }[]>('select plugin, digest from kernel.uses_counted');
    const counted = new Map(rows.map(({ plugin, digest }) => [plugin, digest]));
    for (const { id, state, digest } of plugins.list()) {
      const current = `${COUNTING} ${digest}`;
      if (state !== 'running' || counted.get(id) === current) continue;
      await this.#countAll(id);
      await store.reader().execute(
        `insert into kernel.uses_counted (plugin, digest) values (?, ?)
         on conflict (plugin) do update set digest = excluded.digest`,
        [id, current],
      );
    }
  }

  async #countAll(plugin: string): Promise<void> {
    for (const type of this.#needs.plugins.appTypes().filter((one) => one.plugin.id === plugin))
      for (let last = ''; ; ) {
        const apps = await this.#loadBatch(type, last);
        for (const { id } of apps) await this.#countOne(type, id);
        if (apps.length < BATCH) break;
        last = apps.at(-1)?.id ?? '';
      }
  }

  #loadBatch(type: LoadedAppType, last: string): Promise<Pick<App, 'id'>[]> {
    const where = { type: type.id, lifecycle: 'present' as const, id: { $gt: last as AppId } };
    return this.#needs.store.reader().find(App, where, { fields: ['id'], orderBy: { id: 'asc' }, limit: BATCH });
  }

  /** One whose plugin fails keeps what was counted before. */
  async #countOne(type: LoadedAppType, id: AppId): Promise<void> {
    const { store, preparation, entitlements, log } = this.#needs;
    try {
      const seen = await store.reader().findOneOrFail(App, { id });
      const spec = await preparation.migrate(type, seen);
      const uses = await preparation.findUses(type, { ...seen, tenant: seen.tenant.id, spec });
      await store.transaction(async (tx) => {
        const { app } = await lockApp(tx, id);
        assertPresent(app);
        // Who changed it meanwhile has counted it, with the same code.
        if (app.generation === seen.generation) await entitlements.count(tx, app, uses);
      });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      log.warn({ app: id, reason: error.message }, 'what an app takes could not be counted');
    }
  }
}

interface Needs {
  readonly store: Store;
  readonly log: Log;
  readonly plugins: PluginHost;
  readonly preparation: SpecPreparation;
  readonly entitlements: EntitlementService;
}
