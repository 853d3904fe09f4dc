import type { Releases, Release as SdkRelease } from '@freehold/sdk';
import type { AppState } from '../reconcile/inputs.ts';
import { type App, type Reconciliation, Release } from '../store/entities/index.ts';
import type { AppId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';

/** What an app's document is computed from. */
export function toAppState(app: App, row: Pick<Reconciliation, 'observed'>, releases: readonly Release[]): AppState {
  const { id, name, type, spec, specVersion } = app;
  return {
    ...{ id, name, type, spec, specVersion },
    tenant: app.tenant.id,
    suspended: app.suspended.length > 0,
    releases: toReleases(app.release ?? null, releases),
    observed: row.observed,
  };
}

/** The releases of several apps with one query, by app. */
export async function loadReleases(reader: Transaction, apps: readonly AppId[]): Promise<Map<AppId, Release[]>> {
  const found = await reader.find(
    Release,
    { app: { $in: [...apps] } },
    { orderBy: { number: 'desc' }, populate: ['upload'] },
  );
  return Map.groupBy(found, ({ app }) => app);
}

function toReleases(current: number | null, releases: readonly Release[]): Releases {
  const kept = releases.map(toRelease);
  return { current: kept.find(({ number }) => number === current) ?? null, kept };
}

function toRelease({ number, upload }: Release): SdkRelease {
  return { number, sha256: upload.sha256, format: upload.format };
}
