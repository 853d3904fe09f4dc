import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { PackageId, TenantId } from '../ids.ts';
import type { StoredActor } from './operation.entity.ts';

export type Visibility = 'public' | 'hidden' | 'reseller-only';

/** Amounts by limit, null for as much as there is. */
export type PackageLimits = Readonly<Record<string, number | null>>;
/** What is included, by feature. Null is everything. */
export type PackageFeatures = Readonly<Record<string, boolean | readonly string[] | null>>;

/** What a hoster or a reseller sells. */
export const Package = defineEntity({
  name: 'Package',
  tableName: 'package',
  schema: 'kernel',
  properties: {
    id: p.string().$type<PackageId>().primary(),
    tenant: p.string().$type<TenantId>(),
    name: p.string(),
    visibility: p.string().$type<Visibility>(),
    revision: p.integer(),
    createdAt: p.datetime(),
    archivedAt: p.datetime().nullable(),
  },
});
export type Package = InferEntity<typeof Package>;

/** What a package gave from one change to the next. Never changed. */
export const PackageRevision = defineEntity({
  name: 'PackageRevision',
  tableName: 'package_revision',
  schema: 'kernel',
  properties: {
    package: p.string().$type<PackageId>().primary(),
    number: p.integer().primary(),
    description: p.string(),
    limits: p.json().$type<PackageLimits>(),
    features: p.json().$type<PackageFeatures>(),
    actor: p.json().$type<StoredActor>(),
    createdAt: p.datetime(),
  },
});
export type PackageRevision = InferEntity<typeof PackageRevision>;
