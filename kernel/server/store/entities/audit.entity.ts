import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { AuditId } from '../ids.ts';
import type { StoredActor } from './operation.entity.ts';
import { Tenant } from './tenant.entity.ts';

/** Something that somebody did. The database refuses to change an entry, but for its place in the chain, once. */
export const AuditEntry = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entry',
  schema: 'kernel',
  properties: {
    id: p.string().$type<AuditId>().primary(),
    at: p.datetime(),
    actor: p.json().$type<StoredActor>(),
    action: p.string(),
    subject: p.string(),
    tenant: () => p.manyToOne(Tenant).fieldName('tenant').mapToPk().nullable(),
    details: p.json().$type<Record<string, unknown>>(),
    before: p.json().$type<unknown>().nullable(),
    after: p.json().$type<unknown>().nullable(),
    number: p.bigint('number').nullable(),
    link: p.blob().$type<Buffer>().nullable(),
  },
});
export type AuditEntry = InferEntity<typeof AuditEntry>;

/** Up to where entries were let go when their time was over. */
export const AuditCheckpoint = defineEntity({
  name: 'AuditCheckpoint',
  tableName: 'audit_checkpoint',
  schema: 'kernel',
  properties: {
    number: p.bigint('number').primary(),
    link: p.blob().$type<Buffer>(),
    proof: p.blob().$type<Buffer>(),
    at: p.datetime(),
  },
});
export type AuditCheckpoint = InferEntity<typeof AuditCheckpoint>;
