import { problem } from '../errors/problem.ts';
import type { Role } from '../store/entities/index.ts';
import type { TenantId } from '../store/ids.ts';
import type { Actor } from './actor.ts';

/** What can be done in a tenant. */
const inTenant = {
  'tenant.read': ['super_admin', 'reseller', 'customer', 'technical_user'],
  'tenant.create': ['super_admin', 'reseller'],
  'tenant.change': ['super_admin', 'reseller'],
  'token.read': ['super_admin', 'reseller', 'customer'],
  'token.manage': ['super_admin', 'reseller', 'customer'],
  'app.read': ['super_admin', 'reseller', 'customer', 'technical_user'],
  'app.create': ['super_admin', 'reseller', 'customer'],
  'app.change': ['super_admin', 'reseller', 'customer', 'technical_user'],
  'app.deploy': ['super_admin', 'reseller', 'customer', 'technical_user'],
  'app.act': ['super_admin', 'reseller', 'customer', 'technical_user'],
  'app.suspend': ['super_admin', 'reseller', 'customer'],
  'app.remove': ['super_admin', 'reseller', 'customer'],
  'app.restore': ['super_admin', 'reseller', 'customer'],
  'app.purge': ['super_admin', 'reseller', 'customer'],
  'operation.read': ['super_admin', 'reseller', 'customer', 'technical_user'],
  'audit.read': ['super_admin', 'reseller', 'customer'],
} as const satisfies Record<string, readonly Role[]>;

/** What can be done with the installation itself: by a super administrator only. */
type InstallationAction =
  | 'node.read'
  | 'node.manage'
  | 'plugin.read'
  | 'plugin.manage'
  | 'settings.read'
  | 'settings.manage';

export type Action = keyof typeof inTenant | InstallationAction;

/** The strongest first. */
const strength: readonly Role[] = ['super_admin', 'reseller', 'customer', 'technical_user'];

/**
 * Whether the actor may do it in the tenant with this path; without a path, with the installation itself. A membership
 * counts for its tenant and for all below it.
 */
export function can(actor: Actor, action: Action, path?: readonly TenantId[]): boolean {
  if (!path) return isSuperAdmin(actor);
  const role = roleIn(actor, path);
  return role !== undefined && rolesFor(action).includes(role);
}

/** @throws ProblemError permission-denied */
export function assertCan(actor: Actor, action: Action, path?: readonly TenantId[]): void {
  if (can(actor, action, path)) return;
  throw problem('permission-denied', { actor: actor.name, action }, { fields: { roles: rolesFor(action).join(', ') } });
}

/** For lists, which show what the actor may see and nothing else. @throws ProblemError permission-denied */
export function assertCanSomewhere(actor: Actor, action: Action): void {
  const somewhere = actor.memberships.find(({ tenant }) => can(actor, action, [tenant]));
  if (!somewhere) assertCan(actor, action, []);
}

/** The strongest role in the tenant with this path; undefined when the tenant is no concern of the actor. */
export function roleIn(actor: Actor, path: readonly TenantId[]): Role | undefined {
  const roles = actor.memberships.filter(({ tenant }) => path.includes(tenant)).map(({ role }) => role);
  return strength.find((role) => roles.includes(role));
}

/** Whether the one role is at least as strong as the other. */
export function isAsStrong(role: Role, other: Role): boolean {
  return strength.indexOf(role) <= strength.indexOf(other);
}

export function isSuperAdmin(actor: Actor): boolean {
  return actor.memberships.some(({ role }) => role === 'super_admin');
}

function rolesFor(action: Action): readonly Role[] {
  return Object.hasOwn(inTenant, action) ? inTenant[action as keyof typeof inTenant] : ['super_admin'];
}
