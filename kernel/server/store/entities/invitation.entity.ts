import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { AppId, InvitationId, TenantId } from '../ids.ts';
import type { Role } from './account.entity.ts';
import type { StoredActor } from './operation.entity.ts';

/** An offer to become a member of a tenant, which whoever reads the mails of an address can accept. */
export const Invitation = defineEntity({
  name: 'Invitation',
  tableName: 'invitation',
  schema: 'kernel',
  properties: {
    id: p.string().$type<InvitationId>().primary(),
    tenant: p.string().$type<TenantId>(),
    email: p.string(),
    role: p.string().$type<Role>(),
    apps: p.array().$type<AppId[]>().nullable(),
    actions: p.array().$type<string[]>().nullable(),
    hash: p.blob().$type<Buffer>(),
    invitedBy: p.json().$type<StoredActor>(),
    createdAt: p.datetime(),
    expiresAt: p.datetime(),
  },
});
export type Invitation = InferEntity<typeof Invitation>;
