import { TestKernelError } from '@freehold/sdk/testing';
import type { Foundation } from '../../server/composition.ts';
import { recordVersions } from '../../server/plugins/plugin-upgrade.ts';
import { migrateSpec } from '../../server/reconcile/compute.ts';

interface Outdated {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly specVersion: number;
}

/** The current form of an old spec. @throws ComputeError when it cannot be brought there */
export async function migratedSpec(
  { plugins }: Foundation,
  id: string,
  old: Outdated,
): Promise<Record<string, unknown>> {
  const type = plugins.findAppType(id);
  if (!type) throw new TestKernelError(`There is no app type ${id}.`, { code: 'app-type-unknown' });
  return migrateSpec(type, old);
}

/** Makes an app as if its plugin were upgraded just now, since an older version of the spec. */
export async function makeOutdated(
  foundation: Foundation,
  app: string,
  { spec, specVersion }: Outdated,
): Promise<void> {
  const { pool } = foundation.store;
  const { rows } = await pool.query('update kernel.app set spec = $2, spec_version = $3 where id = $1 returning type', [
    app,
    JSON.stringify(spec),
    specVersion,
  ]);
  const plugin = foundation.plugins.findAppType(rows[0].type)?.plugin.id;
  await pool.query(`update kernel.plugin set version = '0.0.0' where id = $1`, [plugin]);
  await recordVersions(foundation);
}
