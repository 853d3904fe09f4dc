import { type Action, type Permission, permissionCatalogue } from '../access/permission-catalogue.ts';
import { problem } from '../errors/problem.ts';
import type { Role } from '../store/entities/index.ts';
import type { AppId, TenantId } from '../store/ids.ts';
import type { Clock } from '../time/clock.ts';
import type { Actor, ActorMembership } from './actor.ts';

export type { Action };

/** What something is done with: a tenant, as its path from the root down, or one app of it. Nothing: the installation. */
export type Resource = readonly TenantId[] | AppResource;

export interface AppResource {
  /** Of the tenant that has the app. */
  readonly path: readonly TenantId[];
  readonly app: AppId;
  /** The action of the app type, for `app.act`. */
  readonly act?: string;
}

/** A permission of a plugin, which is not in the catalogue of the kernel. */
export interface PluginPermission extends Permission {
  readonly id: string;
}

/** How long a person is taken for the one who has just proved it. */
const RECENT = 5 * 60_000;

/** The strongest first. */
const strength: readonly Role[] = ['super_admin', 'reseller', 'customer', 'technical_user'];

/**
 * Whether the actor may do it: the only place that decides. A membership counts for its tenant and for all below it; what a membership
 * or a token is limited to, and whether somebody acts as somebody else, is looked at here and nowhere else.
 */
export function can(actor: Actor, action: Action | PluginPermission, resource?: Resource): boolean {
  const asked = describe(action, resource);
  return (
    !isWithheld(actor, asked) && !isOutOfScope(actor, asked) && actor.memberships.some((one) => grants(one, asked))
  );
}

/** @throws ProblemError permission-denied, not-while-impersonating, token-not-for-this */
export function assertCan(actor: Actor, action: Action | PluginPermission, resource?: Resource): void {
  if (!can(actor, action, resource)) throw refusal(actor, describe(action, resource));
}

/**
 * For what is looked at before it is known what it is about: whether there is anything at all that the actor may do it with.
 * @throws ProblemError permission-denied, not-while-impersonating, token-not-for-this
 */
export function assertCanSomewhere(actor: Actor, action: Action | PluginPermission): void {
  const asked = { ...describe(action, undefined), anywhere: true };
  if (isWithheld(actor, asked) || isOutOfScope(actor, asked)) throw refusal(actor, asked);
  if (!actor.memberships.some((one) => grants(one, asked))) throw refusal(actor, asked);
}

/** The memberships that allow it somewhere: for lists, which show what the actor may see and nothing else. */
export function membershipsFor(actor: Actor, action: Action): readonly ActorMembership[] {
  const asked = { ...describe(action, undefined), anywhere: true };
  if (isWithheld(actor, asked) || isOutOfScope(actor, asked)) return [];
  return actor.memberships.filter((one) => grants(one, asked));
}

/** A person who changes credentials, payouts or nodes has just proved to be that person. @throws ProblemError reauthentication-needed */
export function assertRecent(actor: Actor, clock: Clock): void {
  // A token was given its permissions one by one, by somebody who had.
  if (actor.session === undefined) return;
  const age = clock.now().getTime() - (actor.authenticatedAt?.getTime() ?? 0);
  if (age > RECENT) throw problem('reauthentication-needed', { minutes: RECENT / 60_000 });
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

/** Whether the actor sees the whole installation. */
export function isSuperAdmin({ memberships, scope }: Actor): boolean {
  return !scope?.tenants && !scope?.apps && memberships.some(({ role }) => role === 'super_admin');
}

interface Asked {
  readonly id: string;
  readonly permission: Permission;
  readonly path: readonly TenantId[] | undefined;
  readonly app: AppId | undefined;
  readonly act: string | undefined;
  readonly anywhere?: boolean;
}

function describe(action: Action | PluginPermission, resource: Resource | undefined): Asked {
  const [id, permission] =
    typeof action === 'string' ? [action, permissionCatalogue[action] as Permission] : [action.id, action];
  if (resource === undefined || isPath(resource))
    return { id, permission, path: resource, app: undefined, act: undefined };
  const { path, app, act } = resource;
  return { id, permission, path, app, act };
}

function isPath(resource: Resource): resource is readonly TenantId[] {
  return Array.isArray(resource);
}

/** Who acts as somebody else never gets at that person's credentials and money. */
function isWithheld({ impersonator }: Actor, { permission }: Asked): boolean {
  return impersonator !== undefined && permission.sensitive !== undefined;
}

function isOutOfScope({ scope }: Actor, asked: Asked): boolean {
  if (!scope) return false;
  const { permissions, tenants, apps } = scope;
  if (permissions && !permissions.some((one) => covers(one, asked))) return true;
  if (asked.permission.on === 'installation') return tenants !== null || apps !== null;
  if (asked.anywhere) return apps !== null && !concernsApps(asked);
  if (tenants && !tenants.some((tenant) => asked.path?.includes(tenant))) return true;
  return apps !== null && !isAboutOneOf(apps, asked);
}

function grants({ tenant, role, apps, actions }: ActorMembership, asked: Asked): boolean {
  const { permission, path, anywhere } = asked;
  if (!permission.roles.includes(role)) return false;
  // Whoever may do something with an app may look at it.
  if (actions && !isReading(asked) && !actions.some((one) => covers(one, asked))) return false;
  if (permission.on === 'installation' || anywhere) return true;
  return path?.includes(tenant) === true && (!apps || isAboutOneOf(apps, asked));
}

/** What is limited to apps is allowed of the tenant itself only what everybody is who has anything to do with it. */
function isAboutOneOf(apps: readonly AppId[], asked: Asked): boolean {
  const { permission, app } = asked;
  if (permission.on === 'tenant') return concernsApps(asked);
  return app !== undefined && apps.includes(app);
}

function concernsApps({ permission: { on, roles } }: Asked): boolean {
  return on === 'app' || roles.includes('technical_user');
}

function isReading({ id }: Asked): boolean {
  return id.endsWith('.read');
}

function covers(granted: string, { id, act, anywhere }: Asked): boolean {
  if (granted === id) return true;
  return anywhere ? granted.startsWith(`${id}:`) : act !== undefined && granted === `${id}:${act}`;
}

function refusal(actor: Actor, asked: Asked) {
  const { id, permission, act } = asked;
  const action = act === undefined ? id : `${id}:${act}`;
  if (isWithheld(actor, asked)) return problem('not-while-impersonating', { actor: actor.name, action });
  if (isOutOfScope(actor, asked)) return problem('token-not-for-this', { actor: actor.name, action });
  return problem(
    'permission-denied',
    { actor: actor.name, action },
    { fields: { roles: permission.roles.join(', ') } },
  );
}
