import type { OwnerKey, PlannedReport } from '@freehold/sdk/protocol';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { NodeId, RequestId } from '../ids.ts';

/** What an owner would become: the members that are given take the place of the stored ones. */
export interface Proposal {
  readonly spec?: Record<string, unknown>;
  readonly config?: Record<string, unknown>;
}

/** Somebody waits for what an apply would change. */
export const PlanRequest = defineEntity({
  name: 'PlanRequest',
  tableName: 'plan_request',
  schema: 'kernel',
  properties: {
    id: p.string().$type<RequestId>().primary(),
    node: p.string().$type<NodeId>(),
    owner: p.string().$type<OwnerKey>(),
    proposal: p.json().$type<Proposal>(),
    answer: p.json().$type<Pick<PlannedReport, 'changes' | 'problems'>>().nullable(),
    createdAt: p.datetime(),
  },
});
export type PlanRequest = InferEntity<typeof PlanRequest>;

/** Somebody reads a log. */
export const LogRequest = defineEntity({
  name: 'LogRequest',
  tableName: 'log_request',
  schema: 'kernel',
  properties: {
    id: p.string().$type<RequestId>().primary(),
    node: p.string().$type<NodeId>(),
    owner: p.string().$type<OwnerKey>(),
    log: p.string(),
    lines: p.integer(),
    follow: p.boolean(),
    until: p.datetime(),
    seenAt: p.datetime(),
  },
});
export type LogRequest = InferEntity<typeof LogRequest>;

export const LogChunk = defineEntity({
  name: 'LogChunk',
  tableName: 'log_chunk',
  schema: 'kernel',
  properties: {
    request: p.string().$type<RequestId>().primary(),
    sequence: p.integer().primary(),
    lines: p.json().$type<readonly string[]>(),
    ended: p.boolean(),
    problem: p.string().nullable(),
  },
});
export type LogChunk = InferEntity<typeof LogChunk>;
