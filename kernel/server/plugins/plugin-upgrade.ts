import { lockApp } from '../apps/app-access.ts';
import type { Log } from '../log/logger.ts';
import type { LoadedAppType, PluginHost, PluginStatus } from '../plugin-host/plugin-host.ts';
import { migrateSpec } from '../reconcile/compute.ts';
import { ComputeError } from '../reconcile/compute-error.ts';
import { bumpPlugin, typesUsing } from '../reconcile/recompute.ts';
import { App, PluginRecord } from '../store/entities/index.ts';
import type { AppId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';

interface Needs {
  readonly store: Store;
  readonly plugins: PluginHost;
  readonly log: Log;
}

/**
 * After the plugins were loaded: what was computed with another version of one of them is computed again, and so is what was
 * computed with other code of the same version, which a newer checkout and a developer have.
 */
export async function recordVersions(needs: Needs): Promise<void> {
  const { store, plugins } = needs;
  const known = new Map((await store.reader().find(PluginRecord, {})).map((record) => [record.id, record]));
  for (const plugin of plugins.list().filter(({ state }) => state === 'running')) {
    const { version, digest } = known.get(plugin.id) ?? {};
    if (version !== plugin.version || digest !== plugin.digest) await recordVersion(needs, plugin);
  }
}

/** Of several servers that start at once, the one that records it has everything computed again. */
async function recordVersion(needs: Needs, { id, version, digest }: PluginStatus): Promise<void> {
  const { store, plugins } = needs;
  for (const type of plugins.appTypes().filter(({ plugin }) => plugin.id === id)) await migrateApps(needs, type);
  await store.transaction(async (tx) => {
    const recorded = await tx.execute(
      `insert into kernel.plugin as known (id, version, digest) values (?, ?, ?)
       on conflict (id) do update set version = excluded.version, digest = excluded.digest
       where (known.version, known.digest) is distinct from (excluded.version, excluded.digest)
       returning id`,
      [id, version, digest],
    );
    if (recorded.length > 0) await bumpPlugin(tx, id, typesUsing(id, plugins.appTypes()));
  });
}

/** Brings the specs of a type's apps to its version. One that cannot be brought there stays, and its app says so. */
async function migrateApps({ store, log }: Needs, type: LoadedAppType): Promise<void> {
  const old = await store
    .reader()
    .find(App, { type: type.id, specVersion: { $lt: type.specVersion } }, { fields: ['id'] });
  for (const { id } of old) {
    try {
      await migrateApp(store, type, id);
    } catch (error) {
      if (!(error instanceof ComputeError)) throw error;
      log.warn({ app: id, type: type.id, reason: error.message }, 'spec could not be migrated');
    }
  }
}

/** The tenant still wants the same: the generation stays as it is. */
async function migrateApp(store: Store, type: LoadedAppType, id: AppId): Promise<void> {
  const before = await store.reader().findOneOrFail(App, { id });
  const spec = await migrateSpec(type, before);
  await store.transaction(async (tx) => {
    const { app } = await lockApp(tx, id);
    if (app.generation === before.generation) Object.assign(app, { spec, specVersion: type.specVersion });
  });
}
