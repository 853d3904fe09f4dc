import type { Actor, ActorMembership } from '../accounts/actor.ts';
import { type Action, isSuperAdmin, membershipsFor } from '../accounts/permissions.ts';
import type { AppId, TenantId } from '../store/ids.ts';
import type { RowScope } from '../store/row-security.ts';

/**
 * What of the tree of tenants an actor may know of: the tenants of its memberships, and with a reseller's all below them; or single
 * apps of them. The only place where that is decided for lists; what is found by id is checked with the same condition.
 */
export type Scope = { readonly kind: 'all' } | Limited;

interface Limited {
  /**
   * These: nothing stands below a customer, so an index on the tenant answers at once. Below: also what stands below the tenants.
   */
  readonly kind: 'these' | 'below';
  readonly tenants: readonly TenantId[];
  /** Single apps that are seen besides. */
  readonly apps: readonly AppId[];
  /** Tenants that are seen themselves, and nothing else of theirs: those of the single apps. */
  readonly known: readonly TenantId[];
}

/** With an action, what the actor may see because of the memberships that allow it. */
export function scopeOf(actor: Actor, action?: Action): Scope {
  if (isSuperAdmin(actor)) return { kind: 'all' };
  const memberships = action ? membershipsFor(actor, action) : actor.memberships;
  const { tenants = null, apps = null } = actor.scope ?? {};
  if (apps) return { kind: 'these', tenants: [], apps, known: memberships.map(({ tenant }) => tenant) };
  const whole = memberships.filter((one) => !one.apps);
  const parts = memberships.filter((one) => one.apps);
  return {
    kind: whole.some(seesBelow) ? 'below' : 'these',
    tenants: tenants && whole.length > 0 ? tenants : whole.map(({ tenant }) => tenant),
    apps: parts.flatMap((one) => one.apps ?? []),
    known: parts.map(({ tenant }) => tenant),
  };
}

/** The condition that keeps a query of tenants to what the actor may know of. */
export function visibleTenants(actor: Actor, action?: Action): object {
  const scope = scopeOf(actor, action);
  if (scope.kind === 'all') return {};
  const { kind, tenants, known } = scope;
  if (kind === 'these') return { id: { $in: [...tenants, ...known] } };
  return anyOf([{ path: { $overlap: tenants } }, known.length > 0 && { id: { $in: known } }]);
}

/** The same for what belongs to a tenant. */
export function ofVisibleTenants(actor: Actor, action?: Action): object {
  const scope = scopeOf(actor, action);
  return scope.kind === 'all' ? {} : ofTenants(scope);
}

/** The same for what belongs to an app, whose id the field has: `id` of the apps themselves. */
export function ofVisibleApps(actor: Actor, { field, action }: { field: 'id' | 'app'; action?: Action }): object {
  const scope = scopeOf(actor, action);
  if (scope.kind === 'all') return {};
  return anyOf([ofTenants(scope), scope.apps.length > 0 && { [field]: { $in: scope.apps } }]);
}

/** What the database itself lets the actor see; undefined when that is everything. */
export function rowScopeOf(actor: Actor): RowScope | undefined {
  if (actor.kind === 'system') return undefined;
  const scope = scopeOf(actor);
  return scope.kind === 'all' ? undefined : { ...scope, below: scope.kind === 'below' };
}

function ofTenants({ kind, tenants }: Limited): object {
  return { tenant: kind === 'these' ? { $in: tenants } : { path: { $overlap: tenants } } };
}

function anyOf(conditions: readonly (object | false)[]): object {
  const [first, ...others] = conditions.filter((one) => one !== false);
  return first && others.length === 0 ? first : { $or: [first, ...others] };
}

function seesBelow({ role }: ActorMembership): boolean {
  return role === 'reseller' || role === 'super_admin';
}
