import type { Capabilities } from '@freehold/sdk';
import type { NodeFacts } from '@freehold/sdk/protocol';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { NodeId } from '../ids.ts';

export interface Sweep {
  readonly owners: number;
  readonly resources: number;
  readonly changes: number;
  readonly at: string;
  readonly milliseconds: number;
}

export const Node = defineEntity({
  name: 'Node',
  tableName: 'node',
  schema: 'kernel',
  properties: {
    id: p.string().$type<NodeId>().primary(),
    name: p.string(),
    keyHash: p.blob().$type<Buffer>().nullable(),
    enrolmentHash: p.blob().$type<Buffer>().nullable(),
    enrolmentExpiresAt: p.datetime().nullable(),
    facts: p.json().$type<NodeFacts>().nullable(),
    boot: p.string().nullable(),
    drift: p.string().$type<'repair' | 'keep'>(),
    checkInterval: p.integer(),
    lastSeenAt: p.datetime().nullable(),
    /** Since when it has been seen without a gap. */
    reachableSince: p.datetime().nullable(),
    lastSweep: p.json().$type<Sweep>().nullable(),
    /** A comparison that somebody asked for and that has not ended. */
    checkRequest: p.string().nullable(),
    createdAt: p.datetime(),
  },
});
export type Node = InferEntity<typeof Node>;

/** A plugin that is enabled on a node. */
export const NodePlugin = defineEntity({
  name: 'NodePlugin',
  tableName: 'node_plugin',
  schema: 'kernel',
  properties: {
    node: p.string().$type<NodeId>().primary(),
    plugin: p.string().primary(),
    config: p.json().$type<Record<string, unknown>>(),
    version: p.string(),
    capabilities: p.json().$type<Capabilities>(),
    enabledAt: p.datetime(),
  },
});
export type NodePlugin = InferEntity<typeof NodePlugin>;

export const PluginRecord = defineEntity({
  name: 'PluginRecord',
  tableName: 'plugin',
  schema: 'kernel',
  properties: {
    id: p.string().primary(),
    version: p.string().nullable(),
    digest: p.string().nullable(),
    quarantine: p.string().nullable(),
    quarantinedAt: p.datetime().nullable(),
    config: p.json().$type<Record<string, unknown>>(),
  },
});
export type PluginRecord = InferEntity<typeof PluginRecord>;
