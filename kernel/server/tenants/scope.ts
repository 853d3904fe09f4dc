import type { Actor } from '../accounts/actor.ts';
import { isSuperAdmin } from '../accounts/permissions.ts';

/**
 * The condition that keeps a query to what the actor may know of: the tenants of its memberships and all below them. The only place
 * where that is decided for lists; what is found by id is checked with the same condition.
 */
export function visibleTenants(actor: Actor): object {
  if (isSuperAdmin(actor)) return {};
  return { path: { $overlap: actor.memberships.map(({ tenant }) => tenant) } };
}

/** The same for what belongs to a tenant. */
export function ofVisibleTenants(actor: Actor): object {
  return isSuperAdmin(actor) ? {} : { tenant: visibleTenants(actor) };
}
