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
});

export const TenantName = Line({ title: 'Name', minLength: 1, maxLength: 100 });

export function viewTenant({ id, kind, name, slug, parent, createdAt }: Tenant) {
  return { id, kind, name, slug, parent: parent ?? null, createdAt: createdAt.toISOString() };
}
