import type { LoadedAppType } from '../plugin-host/plugin-host.ts';
import type { NodeId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';

/**
 * Reasons to compute many owners again at once, each with one statement. Nobody asked for these by name, so there is no operation until
 * a node reports that something had to be done, and whoever is ready stays ready.
 */

const AGAIN = 'revision = revision + 1, attempts = 0, retry_at = null, settling = 0';

/** Everything on a node: its facts changed, or it has forgotten what it knew. */
export async function bumpNode(tx: Transaction, node: NodeId): Promise<void> {
  await tx.flush();
  await tx.execute(`update kernel.reconciliation set ${AGAIN} where node = ?`, [node]);
  await wake(tx, [node]);
}

/** The apps on a node that use a plugin: its configuration changed, or what its role observed. */
export async function bumpUsers(tx: Transaction, node: NodeId, types: readonly string[]): Promise<void> {
  await tx.flush();
  await tx.execute(
    `update kernel.reconciliation r set ${AGAIN} from kernel.app a
     where r.node = ? and a.id = r.app and r.wanted = 'present' and a.type = any(array[?]::text[])`,
    [node, types],
  );
  await wake(tx, [node]);
}

/** Everything that was computed with a plugin, on all nodes: it has another version, or runs again. */
export async function bumpPlugin(tx: Transaction, plugin: string, types: readonly string[]): Promise<void> {
  await tx.flush();
  const rows = await tx.execute<{ node: NodeId }[]>(
    `update kernel.reconciliation r set ${AGAIN}
     where r.wanted = 'present' and (r.plugin = ? or r.app in (select id from kernel.app where type = any(array[?]::text[])))
     returning r.node`,
    [plugin, types],
  );
  await wake(tx, [...new Set(rows.map(({ node }) => node))]);
}

/** App types whose apps are computed with a plugin. */
export function typesUsing(plugin: string, types: readonly LoadedAppType[]): string[] {
  return types.filter(({ requires }) => requires.includes(plugin)).map(({ id }) => id);
}

async function wake(tx: Transaction, nodes: readonly NodeId[]): Promise<void> {
  for (const node of nodes) await tx.execute(`select pg_notify('freehold_work', ?)`, [node]);
}
