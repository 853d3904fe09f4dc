import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { TenantId } from '../ids.ts';

export type TenantKind = 'hoster' | 'reseller' | 'customer';

export const Tenant = defineEntity({
  name: 'Tenant',
  tableName: 'tenant',
  schema: 'kernel',
  properties: {
    id: p.string().$type<TenantId>().primary(),
    kind: p.string().$type<TenantKind>(),
    name: p.string(),
    slug: p.string(),
    parent: p.string().$type<TenantId>().nullable(),
    /** From the root down to this tenant, itself included. */
    path: p.array().$type<TenantId[]>(),
    createdAt: p.datetime(),
  },
});
export type Tenant = InferEntity<typeof Tenant>;
