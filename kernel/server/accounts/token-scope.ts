import { checkPermissions, findApps, has, type PluginPermissions } from '../access/grant-rules.ts';
import { type Permission, permissionCatalogue } from '../access/permission-catalogue.ts';
import { invalid, problem } from '../errors/problem.ts';
import type { Role, Tenant } from '../store/entities/index.ts';
import type { TenantId } from '../store/ids.ts';
import type { Store } from '../store/store.ts';
import type { TenantService } from '../tenants/tenant.service.ts';
import type { Actor, TokenScope } from './actor.ts';
import { isNetwork } from './address-list.ts';
import type { TokenWish } from './token.service.ts';

type Scope = {
  -readonly [Field in keyof TokenScope]: TokenScope[Field] extends readonly (infer Item)[] | null
    ? Item[] | null
    : never;
};

/** Nobody makes a token that can do more than themselves. @throws ProblemError token-too-strong, invalid-request, tenant-not-found … */
export async function checkScope(needs: Needs, { actor, tenant, role, wish }: Wished): Promise<Scope> {
  const { plugins } = needs;
  const { permissions, addresses = actor.scope?.addresses, apps } = wish;
  const problems = [
    ...checkPermissions(permissions ?? [], { field: 'permissions', plugins, role }),
    ...checkAddresses(wish.addresses ?? []),
  ];
  if (problems.length > 0) throw invalid(problems);
  for (const permission of permissions ?? permissionsOf(role, plugins))
    if (!has(actor, permission, { path: tenant.path, plugins })) throw problem('token-too-strong', { permission });
  return {
    permissions: permissions ? [...new Set(permissions)] : null,
    tenants: await findTenants(needs.tenants, { actor, tenant, wish }),
    apps: apps ? await findApps(needs.store.readerFor(actor), tenant, apps) : null,
    addresses: addresses ? [...addresses] : null,
  };
}

/** What a token that is not limited can do. */
function permissionsOf(role: Role, plugins: PluginPermissions): string[] {
  const all = [...Object.entries<Permission>(permissionCatalogue), ...plugins()];
  // To act as somebody else takes a person.
  return all.filter(([id, { roles }]) => roles.includes(role) && id !== 'tenant.impersonate').map(([id]) => id);
}

/** A token that makes a token passes its own limits on. */
async function findTenants(
  tenants: TenantService,
  { actor, tenant, wish }: Omit<Wished, 'role'>,
): Promise<TenantId[] | null> {
  const wanted = wish.tenants ?? actor.scope?.tenants;
  if (!wanted) return null;
  const found = await Promise.all(wanted.map((id) => tenants.get(actor, id)));
  const outside = found.find(({ path }) => !path.includes(tenant.id));
  if (outside) throw problem('tenant-not-found', { tenant: outside.id });
  return [...new Set(found.map(({ id }) => id))];
}

function checkAddresses(addresses: readonly string[]) {
  return addresses.flatMap((value, index) => {
    if (isNetwork(value)) return [];
    const message = 'This is neither an address nor a network.';
    return [
      {
        pointer: `/addresses/${index}`,
        rule: 'network',
        message,
        value,
        remedy: 'Give it as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32.',
      },
    ];
  });
}

interface Wished {
  readonly actor: Actor;
  readonly tenant: Tenant;
  readonly role: Role;
  readonly wish: TokenWish;
}

interface Needs {
  readonly store: Store;
  readonly tenants: TenantService;
  readonly plugins: PluginPermissions;
}
