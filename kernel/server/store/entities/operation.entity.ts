import type { Outcome, OwnerKey, Step } from '@freehold/sdk/protocol';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { AppId, NodeId, OperationId } from '../ids.ts';
import { Tenant } from './tenant.entity.ts';

export const operationKinds = [
  'create',
  'change',
  'deploy',
  'rollback',
  'suspend',
  'resume',
  'remove',
  'restore',
  'purge',
  'action',
  'role',
  'recompute',
] as const;
export type OperationKind = (typeof operationKinds)[number];

export const operationStates = ['pending', 'running', 'succeeded', 'failed', 'superseded', 'cancelled'] as const;
export type OperationState = (typeof operationStates)[number];

/** Who did something, as it was then: the account may be gone. */
export interface StoredActor {
  readonly kind: 'account' | 'system' | 'plugin';
  readonly id: string;
  readonly name: string;
  /** Who acted as this account. */
  readonly impersonator?: Pick<StoredActor, 'kind' | 'id' | 'name'>;
  /** IP address that it came from. */
  readonly address?: string;
  readonly requestId?: string;
}

/** What undo would ask for. */
export interface Inverse {
  readonly kind: 'change' | 'remove' | 'restore' | 'suspend' | 'resume' | 'rollback';
  readonly spec?: Record<string, unknown>;
  readonly name?: string;
  readonly release?: number;
  readonly reason?: string;
  readonly note?: string;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly message: string;
}

export const Operation = defineEntity({
  name: 'Operation',
  tableName: 'operation',
  schema: 'kernel',
  properties: {
    id: p.string().$type<OperationId>().primary(),
    kind: p.string().$type<OperationKind>(),
    state: p.string().$type<OperationState>(),
    owner: p.string().$type<OwnerKey>(),
    node: p.string().$type<NodeId>(),
    app: p.string().$type<AppId>().nullable(),
    tenant: () => p.manyToOne(Tenant).fieldName('tenant').mapToPk().nullable(),
    revision: p.integer().nullable(),
    generation: p.integer().nullable(),
    actor: p.json().$type<StoredActor>(),
    /** What was asked, as far as it is not in the app itself: `{ action, input }`, `{ release }`. */
    request: p.json().$type<Record<string, unknown>>(),
    inverse: p.json().$type<Inverse>().nullable(),
    steps: p.json().$type<readonly Step[]>().lazy(),
    outcome: p.json().$type<Outcome>().nullable(),
    output: p.json().$type<Record<string, unknown>>().nullable(),
    progress: p.json().$type<Progress>().nullable(),
    createdAt: p.datetime(),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
  },
});
export type Operation = InferEntity<typeof Operation>;

export const OperationLogLine = defineEntity({
  name: 'OperationLogLine',
  tableName: 'operation_log',
  schema: 'kernel',
  properties: {
    operation: p.string().$type<OperationId>().primary(),
    number: p.integer().primary(),
    at: p.datetime(),
    level: p.string().$type<'info' | 'warning' | 'error' | 'output'>(),
    message: p.string(),
  },
});
export type OperationLogLine = InferEntity<typeof OperationLogLine>;
