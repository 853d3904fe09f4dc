import type { Actor } from '../accounts/actor.ts';
import { can, isAsStrong, roleIn } from '../accounts/permissions.ts';
import { type FieldProblem, invalid, problem } from '../errors/problem.ts';
import { App, type Role, type Tenant, type TenantKind } from '../store/entities/index.ts';
import type { AppId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';
import { isAction, type Permission, permissionCatalogue } from './permission-catalogue.ts';

/** What somebody is to be given in a tenant. */
export interface GrantWish {
  readonly role: Role;
  readonly apps?: readonly string[] | null;
  readonly actions?: readonly string[] | null;
}

export interface Grant {
  readonly role: Role;
  readonly apps: AppId[] | null;
  readonly actions: string[] | null;
}

/** The permissions of plugins that are running, by id. */
export type PluginPermissions = () => ReadonlyMap<string, Permission>;

const rolesOf: Record<TenantKind, readonly Role[]> = {
  hoster: ['super_admin', 'technical_user'],
  reseller: ['reseller', 'technical_user'],
  customer: ['customer', 'technical_user'],
};

/** Whoever gives access gives none that they do not have themselves. @throws ProblemError permission-denied, invalid-request */
export async function checkGrant(reader: Transaction, given: Given): Promise<Grant> {
  const { actor, tenant, wish, plugins } = given;
  const { role, apps = null, actions = null } = wish;
  const problems = [
    ...checkRole(tenant, role),
    ...(role === 'technical_user' ? [] : checkUnlimited(wish)),
    ...checkPermissions(actions ?? [], { field: 'actions', plugins, role }),
  ];
  if (problems.length > 0) throw invalid(problems);
  assertNotStronger(actor, tenant, role);
  return { role, apps: apps && (await findApps(reader, tenant, apps)), actions: actions && [...actions] };
}

/** @throws ProblemError permission-denied */
export function assertNotStronger(actor: Actor, tenant: Pick<Tenant, 'path'>, role: Role): void {
  const own = roleIn(actor, tenant.path);
  if (own && isAsStrong(own, role)) return;
  throw problem(
    'permission-denied',
    { actor: actor.name, action: `giving the role ${role}` },
    { fields: { roles: role } },
  );
}

/** Ids of the catalogue or of plugins, and `app.act:<action>`. */
export function checkPermissions(ids: readonly string[], { field, plugins, role }: Checked): FieldProblem[] {
  const known = plugins();
  return ids.flatMap((id, index) => {
    const permission = findPermission(id, known);
    const pointer = `/${field}/${index}`;
    if (!permission)
      return [
        {
          pointer,
          rule: 'permission',
          message: 'There is no such permission.',
          value: id,
          remedy: 'GET /v1/permissions lists them.',
        },
      ];
    if (role && !permission.roles.includes(role))
      return [
        { pointer, rule: 'permission', message: `A ${role} does not have it.`, value: id, remedy: 'Leave it out.' },
      ];
    return [];
  });
}

export function findPermission(id: string, plugins: ReadonlyMap<string, Permission>): Permission | undefined {
  if (isAction(id)) return permissionCatalogue[id];
  if (/^app\.act:[a-z0-9][a-z0-9-]{0,62}$/.test(id)) return permissionCatalogue['app.act'];
  return plugins.get(id);
}

/** Whether somebody has it in the tenant, in whatever app of it. */
export function has(
  actor: Actor,
  id: string,
  { path, plugins }: { path: Tenant['path']; plugins: PluginPermissions },
): boolean {
  const permission = findPermission(id, plugins());
  if (!permission) return false;
  const [name = id, act] = id.split(':');
  const action = isAction(name) ? name : { ...permission, id };
  if (permission.on !== 'app') return can(actor, action, permission.on === 'installation' ? undefined : path);
  return can(actor, action, { path, app: '' as AppId, ...(act !== undefined && { act }) });
}

/** @throws ProblemError app-not-found */
export async function findApps(reader: Transaction, tenant: Tenant, ids: readonly string[]): Promise<AppId[]> {
  const found = await reader.find(App, { id: { $in: ids as AppId[] }, tenant: { path: { $contains: [tenant.id] } } });
  const missing = ids.find((id) => !found.some((app) => app.id === id));
  if (missing !== undefined) throw problem('app-not-found', { app: missing });
  return [...new Set(ids as AppId[])];
}

function checkRole({ kind }: Tenant, role: Role): FieldProblem[] {
  const possible = rolesOf[kind];
  if (possible.includes(role)) return [];
  const message = `A ${kind} has members with the roles ${possible.join(' and ')}.`;
  return [{ pointer: '/role', rule: 'role', message, value: role, remedy: `Choose ${possible.join(' or ')}.` }];
}

function checkUnlimited({ apps, actions }: GrantWish): FieldProblem[] {
  return Object.entries({ apps, actions })
    .filter(([, value]) => value != null)
    .map(([field, value]) => {
      const message = 'Only a technical_user is limited to apps and permissions.';
      return { pointer: `/${field}`, rule: 'role', message, value, remedy: 'Leave it out, or choose technical_user.' };
    });
}

interface Given {
  readonly actor: Actor;
  readonly tenant: Tenant;
  readonly wish: GrantWish;
  readonly plugins: PluginPermissions;
}

interface Checked {
  readonly field: string;
  readonly plugins: PluginPermissions;
  readonly role?: Role;
}
