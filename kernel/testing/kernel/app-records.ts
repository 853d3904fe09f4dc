import type { Link } from '@freehold/sdk';
import type { Condition } from '@freehold/sdk/testing';
import { viewApp } from '../../server/apps/app.schema.ts';
import { loadStatuses } from '../../server/apps/app-status.ts';
import type { Foundation } from '../../server/composition.ts';
import { viewOperation } from '../../server/operations/operation.schema.ts';
import { App, Operation } from '../../server/store/entities/index.ts';
import type { AppId, OperationId } from '../../server/store/ids.ts';

/** An app as the API shows it. */
export interface AppRecord {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly tenant: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly generation: number;
  readonly lifecycle: 'present' | 'removed' | 'purging';
  readonly suspended: readonly unknown[];
  readonly release: number | null;
  readonly links: readonly Link[];
  readonly conditions: readonly Condition[];
}

/** An operation as the API shows it. */
export interface OperationRecord {
  readonly id: string;
  readonly kind: string;
  readonly state: 'succeeded' | 'failed' | 'superseded' | 'cancelled' | 'pending' | 'running';
  readonly app: string | null;
  readonly steps: readonly {
    readonly resource: string;
    readonly action: 'create' | 'update' | 'remove' | 'run' | 'reload' | 'restart';
    readonly summary: string;
    readonly diff?: string;
    readonly state: 'done' | 'failed' | 'undone';
    readonly output?: string;
  }[];
  readonly outcome: { readonly kind: string; readonly reason?: string; readonly message?: string } | null;
  readonly output: Readonly<Record<string, unknown>> | null;
}

/** What the API answers to a change. */
export type Begun = AppRecord & { readonly operation: OperationRecord };

/** What the API would show of apps, by id. Those that are gone are left out. */
export async function loadAppRecords(
  { store, clock }: Foundation,
  ids: readonly string[],
): Promise<ReadonlyMap<string, AppRecord>> {
  const reader = store.reader();
  const apps = await reader.find(App, { id: { $in: ids as AppId[] } });
  const statuses = await loadStatuses(reader, apps, clock.now());
  return new Map(statuses.map((status) => [status.app.id, viewApp(status)]));
}

/** What the API would show of an operation. */
export async function loadOperation({ store }: Foundation, id: string): Promise<OperationRecord> {
  return viewOperation(
    await store.reader().findOneOrFail(Operation, { id: id as OperationId }, { populate: ['steps', 'output'] }),
  );
}
