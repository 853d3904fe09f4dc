import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { TenantId } from '../ids.ts';
import type { Role } from './account.entity.ts';
import type { SuspensionReason } from './app.entity.ts';

export type TenantKind = 'hoster' | 'reseller' | 'customer';

/** Each reason stands for itself: ending one leaves the others. */
export interface TenantSuspension {
  readonly reason: SuspensionReason;
  readonly note?: string;
  readonly at: string;
  /** In which role it was suspended: a weaker one cannot resume it. */
  readonly by: Role;
}

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
    suspended: p
      .json()
      .$type<readonly TenantSuspension[]>()
      .onCreate(() => []),
    lifecycle: p
      .string()
      .$type<'present' | 'removed' | 'purging'>()
      .onCreate(() => 'present'),
    removedAt: p.datetime().nullable(),
    purgeAfter: p.datetime().nullable(),
  },
});
export type Tenant = InferEntity<typeof Tenant>;
