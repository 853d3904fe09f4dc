import { problem } from '../errors/problem.ts';
import { App } from '../store/entities/index.ts';
import type { TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';

/**
 * Nobody else can take the name until the transaction ends. The unique index stands behind it; the lock makes the second of two who
 * race wait for the answer instead of failing with an error of the database.
 *
 * @throws ProblemError app-name-taken
 */
export async function assertNameFree(tx: Transaction, tenant: TenantId, name: string): Promise<void> {
  await tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`app ${tenant} ${name}`]);
  if (await tx.findOne(App, { tenant, name, lifecycle: 'present' }, { fields: ['id'] }))
    throw problem('app-name-taken', { name });
}
