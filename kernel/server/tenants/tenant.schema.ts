import { Line, Type } from '@freehold/sdk';
import { Instant, Nullable } from '../http/schemas.ts';
import type { Tenant } from '../store/entities/index.ts';

export const Slug = Type.String({
  title: 'Short name',
  description: 'Lower-case letters, digits and hyphens, 1 to 63 of them, no hyphen at either end.',
  maxLength: 63,
  pattern: '^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$',
});

export const TenantKindSchema = Type.Enum(['hoster', 'reseller', 'customer']);

export const TenantView = Type.Object({
  id: Type.String(),
  kind: TenantKindSchema,
  name: Type.String(),
  slug: Type.String(),
  parent: Nullable(Type.String()),
  createdAt: Instant,
  suspended: Type.Array(Type.Object({ reason: Type.String(), note: Type.Optional(Type.String()), at: Instant }), {
    description: 'Why it is suspended itself; empty when it is not.',
  }),
  lifecycle: Type.Enum(['present', 'removed', 'purging']),
  removedAt: Nullable(Instant),
  purgeAfter: Nullable(Instant),
});

export const TenantName = Line({ title: 'Name', minLength: 1, maxLength: 100 });

export function viewTenant(tenant: Tenant) {
  const { id, kind, name, slug, parent, createdAt, suspended, lifecycle, removedAt, purgeAfter } = tenant;
  return {
    ...{ id, kind, name, slug, parent: parent ?? null, createdAt: createdAt.toISOString(), lifecycle },
    suspended: suspended.map(({ reason, note, at }) => ({ reason, at, ...(note !== undefined && { note }) })),
    ...{ removedAt: removedAt?.toISOString() ?? null, purgeAfter: purgeAfter?.toISOString() ?? null },
  };
}
