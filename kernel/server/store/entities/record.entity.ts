import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A value that the kernel made for an owner, encrypted. */
export const Secret = defineEntity({
  name: 'Secret',
  tableName: 'secret',
  schema: 'kernel',
  properties: {
    owner: p.string().primary(),
    name: p.string().primary(),
    value: p.blob().$type<Buffer>(),
    createdAt: p.datetime(),
  },
});
export type Secret = InferEntity<typeof Secret>;

export const IdempotencyKey = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  schema: 'kernel',
  properties: {
    actor: p.string().primary(),
    key: p.string().primary(),
    fingerprint: p.blob().$type<Buffer>(),
    /** Null while the request runs. */
    status: p.integer().nullable(),
    response: p.blob().$type<Buffer>().nullable(),
    createdAt: p.datetime(),
  },
});
export type IdempotencyKey = InferEntity<typeof IdempotencyKey>;

/** Something about the whole installation. */
export const Setting = defineEntity({
  name: 'Setting',
  tableName: 'setting',
  schema: 'kernel',
  properties: {
    key: p.string().primary(),
    value: p.json().$type<unknown>(),
  },
});
export type Setting = InferEntity<typeof Setting>;
