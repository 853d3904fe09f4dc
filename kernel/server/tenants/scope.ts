import type { Actor } from '../accounts/actor.ts';
import { isSuperAdmin } from '../accounts/permissions.ts';
import type { TenantId } from '../store/ids.ts';

/**
 * What of the tree of tenants an actor may know of: the tenants of its memberships, and with a reseller's all below them. The only
 * place where that is decided for lists; what is found by id is checked with the same condition.
 */
export type Scope =
  | { readonly kind: 'all' }
  /** Nothing stands below a customer, so an index on the tenant answers at once. */
  | { readonly kind: 'these'; readonly tenants: readonly TenantId[] }
  | { readonly kind: 'below'; readonly tenants: readonly TenantId[] };

export function scopeOf(actor: Actor): Scope {
  if (isSuperAdmin(actor)) return { kind: 'all' };
  const tenants = actor.memberships.map(({ tenant }) => tenant);
  return { kind: actor.memberships.some(({ role }) => role === 'reseller') ? 'below' : 'these', tenants };
}

/** The condition that keeps a query of tenants to what the actor may know of. */
export function visibleTenants(actor: Actor): object {
  const scope = scopeOf(actor);
  if (scope.kind === 'all') return {};
  return scope.kind === 'these' ? { id: { $in: scope.tenants } } : { path: { $overlap: scope.tenants } };
}

/** The same for what belongs to a tenant. */
export function ofVisibleTenants(actor: Actor): object {
  const scope = scopeOf(actor);
  if (scope.kind === 'all') return {};
  return { tenant: scope.kind === 'these' ? { $in: scope.tenants } : { path: { $overlap: scope.tenants } } };
}
