import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { AccountId, AppId, TenantId, TokenId } from '../ids.ts';
import type { StoredActor } from './operation.entity.ts';

export type Role = 'super_admin' | 'reseller' | 'customer' | 'technical_user';

export const Account = defineEntity({
  name: 'Account',
  tableName: 'account',
  schema: 'kernel',
  properties: {
    id: p.string().$type<AccountId>().primary(),
    email: p.string(),
    name: p.string(),
    passwordHash: p.string().nullable(),
    /** Null as long as nobody has read a mail that was sent there. */
    emailVerifiedAt: p.datetime().nullable(),
    /** Null: that of the installation. */
    language: p.string().nullable(),
    passwordChangedAt: p.datetime().nullable(),
    /** Since when nobody signs in to it. */
    blockedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
});
export type Account = InferEntity<typeof Account>;

export const Membership = defineEntity({
  name: 'Membership',
  tableName: 'membership',
  schema: 'kernel',
  properties: {
    account: p.string().$type<AccountId>().primary(),
    tenant: p.string().$type<TenantId>().primary(),
    role: p.string().$type<Role>(),
    /** The only apps and permissions that count; null for all that the role has. */
    apps: p.array().$type<AppId[]>().nullable(),
    actions: p.array().$type<string[]>().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});
export type Membership = InferEntity<typeof Membership>;

/** Of a person, who acts with all memberships, or of a tenant, with one role. */
export const ApiToken = defineEntity({
  name: 'ApiToken',
  tableName: 'api_token',
  schema: 'kernel',
  properties: {
    id: p.string().$type<TokenId>().primary(),
    name: p.string(),
    hash: p.blob().$type<Buffer>(),
    account: p.string().$type<AccountId>().nullable(),
    tenant: p.string().$type<TenantId>().nullable(),
    role: p.string().$type<Role>().nullable(),
    /** What it is limited to; null is no limit. */
    permissions: p.array().$type<string[]>().nullable(),
    tenants: p.array().$type<TenantId[]>().nullable(),
    apps: p.array().$type<AppId[]>().nullable(),
    addresses: p.array().$type<string[]>().nullable(),
    createdBy: p.json().$type<StoredActor>().nullable(),
    createdAt: p.datetime(),
    expiresAt: p.datetime().nullable(),
    lastUsedAt: p.datetime().nullable(),
    lastUsedAddress: p.string().nullable(),
  },
});
export type ApiToken = InferEntity<typeof ApiToken>;
