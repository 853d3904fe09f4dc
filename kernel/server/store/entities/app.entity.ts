import type { Link } from '@freehold/sdk';
import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { AppId, NodeId, TenantId } from '../ids.ts';
import type { Role } from './account.entity.ts';
import type { StoredActor } from './operation.entity.ts';
import { Tenant } from './tenant.entity.ts';

export type Lifecycle = 'present' | 'removed' | 'purging';
export type SuspensionReason = 'operator' | 'billing' | 'abuse';

export interface Suspension {
  readonly reason: SuspensionReason;
  readonly note?: string;
  readonly at: string;
  /** In which role it was suspended: a weaker one cannot resume it. */
  readonly by: Role;
  /** The tenant that is suspended, when the app is because of it. With the tenant it is resumed. */
  readonly tenant?: TenantId;
}

export const App = defineEntity({
  name: 'App',
  tableName: 'app',
  schema: 'kernel',
  properties: {
    id: p.string().$type<AppId>().primary(),
    tenant: () => p.manyToOne(Tenant).fieldName('tenant'),
    type: p.string(),
    name: p.string(),
    node: p.string().$type<NodeId>(),
    spec: p.json().$type<Record<string, unknown>>(),
    specVersion: p.integer(),
    generation: p.integer(),
    lifecycle: p.string().$type<Lifecycle>(),
    suspended: p.json().$type<readonly Suspension[]>(),
    release: p.integer().nullable(),
    lastRelease: p.integer(),
    links: p.json().$type<readonly Link[]>(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
    removedAt: p.datetime().nullable(),
    purgeAfter: p.datetime().nullable(),
  },
});
export type App = InferEntity<typeof App>;

export const Upload = defineEntity({
  name: 'Upload',
  tableName: 'upload',
  schema: 'kernel',
  properties: {
    sha256: p.string().primary(),
    format: p.string().$type<'tar' | 'tar.gz'>(),
    bytes: p.bigint('number'),
    unpackedBytes: p.bigint('number'),
    entries: p.integer(),
    createdAt: p.datetime(),
  },
});
export type Upload = InferEntity<typeof Upload>;

export const Release = defineEntity({
  name: 'Release',
  tableName: 'release',
  schema: 'kernel',
  properties: {
    app: p.string().$type<AppId>().primary(),
    number: p.integer().primary(),
    upload: () => p.manyToOne(Upload).fieldName('upload'),
    createdAt: p.datetime(),
    actor: p.json().$type<StoredActor>(),
  },
});
export type Release = InferEntity<typeof Release>;

/** A host name that an app of a tenant holds in the whole installation. */
export const Domain = defineEntity({
  name: 'Domain',
  tableName: 'domain',
  schema: 'kernel',
  properties: {
    name: p.string().primary(),
    reversed: p.string(),
    tenant: p.string().$type<TenantId>(),
    app: p.string().$type<AppId>(),
    createdAt: p.datetime(),
  },
});
export type Domain = InferEntity<typeof Domain>;
