import type { Drift, OwnerKey } from '@freehold/sdk/protocol';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { AppId, NodeId } from '../ids.ts';

export interface Condition {
  readonly type: 'Ready' | 'Drifted' | 'NodeReachable';
  readonly status: 'True' | 'False' | 'Unknown';
  /** One word in capitals for programs: `Applied`, `Retrying`, `ConfigurationRefused`. */
  readonly reason: string;
  readonly message: string;
  /** When the status last changed. ISO 8601. */
  readonly lastTransitionAt: string;
}

/** A log that the owner's last state document declared. */
export interface DeclaredLog {
  readonly id: string;
  readonly title: string;
}

/** How far one owner has come on one node. */
export const Reconciliation = defineEntity({
  name: 'Reconciliation',
  tableName: 'reconciliation',
  schema: 'kernel',
  properties: {
    node: p.string().$type<NodeId>().primary(),
    owner: p.string().$type<OwnerKey>().primary(),
    app: p.string().$type<AppId>().nullable(),
    plugin: p.string().nullable(),
    wanted: p.string().$type<'present' | 'removed' | 'purged'>(),
    revision: p.integer(),
    handledRevision: p.integer(),
    observedGeneration: p.integer(),
    retryAt: p.datetime().nullable(),
    attempts: p.integer(),
    inSyncOnce: p.boolean(),
    settling: p.integer(),
    reportedAt: p.datetime().nullable(),
    observed: p.json().$type<Readonly<Record<string, unknown>>>(),
    conditions: p.json().$type<readonly Condition[]>(),
    drift: p.json().$type<readonly Drift[]>(),
    logs: p.json().$type<readonly DeclaredLog[]>(),
  },
});
export type Reconciliation = InferEntity<typeof Reconciliation>;
