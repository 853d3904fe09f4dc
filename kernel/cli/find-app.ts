import type { ApiClient } from './api-client.ts';
import type { App, Tenant } from './api-types.ts';
import { exitCodes, ProblemError } from './problem.ts';

/**
 * The app that a person means: an id, a name, or `tenant/name` where several tenants use the name. Without `lifecycle`
 * an app that is there is preferred to removed ones of the same name.
 */
export async function findApp(client: ApiClient, reference: string, lifecycle?: App['lifecycle']): Promise<App> {
  if (/^app_[a-z0-9]+$/.test(reference)) return client.loadApp(reference);
  const [name, tenantName] = reference.split('/').reverse() as [string, string?];
  const tenant = tenantName === undefined ? undefined : await findTenant(client, tenantName);
  const all = await client.listApps({ name, tenant: tenant?.id });
  const wanted = lifecycle ? all.filter((app) => app.lifecycle === lifecycle) : preferPresent(all);
  const [app, ...others] = wanted;
  if (!app) throw appNotFound(reference, lifecycle, all);
  if (others.length > 0) throw await ambiguous(client, reference, wanted);
  return client.loadApp(app.id);
}

/** The tenant that a person means: an id or a slug. */
export async function findTenant(client: ApiClient, reference: string): Promise<Tenant> {
  const tenants = await client.listTenants();
  const tenant = tenants.find(({ id, slug }) => id === reference || slug === reference);
  if (tenant) return tenant;
  throw new ProblemError(
    {
      code: 'tenant-not-found',
      title: 'Tenant not found',
      detail: `There is no tenant ${reference}.`,
      remedy: `Known: ${tenants.map(({ slug }) => slug).join(', ') || 'none'}.`,
    },
    exitCodes.notFound,
  );
}

function preferPresent(apps: readonly App[]): readonly App[] {
  const present = apps.filter((app) => app.lifecycle === 'present');
  return present.length > 0 ? present : apps;
}

function appNotFound(reference: string, lifecycle: App['lifecycle'] | undefined, others: readonly App[]): ProblemError {
  const [other] = others;
  const detail = lifecycle === 'removed' ? `There is no removed app ${reference}.` : `There is no app ${reference}.`;
  const remedy = other
    ? `The app of that name is ${other.lifecycle}: ${other.id}.`
    : 'See freehold app list, with --removed for what is in the trash.';
  return new ProblemError({ code: 'app-not-found', title: 'App not found', detail, remedy }, exitCodes.notFound);
}

async function ambiguous(client: ApiClient, reference: string, apps: readonly App[]): Promise<ProblemError> {
  const tenants = new Map((await client.listTenants()).map(({ id, slug }) => [id, slug]));
  const sameTenant = new Set(apps.map(({ tenant }) => tenant)).size < apps.length;
  const names = apps.map(({ id, tenant, name }) => (sameTenant ? id : `${tenants.get(tenant) ?? tenant}/${name}`));
  return new ProblemError(
    {
      code: 'app-ambiguous',
      title: 'Several apps have this name',
      detail: `${apps.length} apps are called ${reference}.`,
      remedy: `Name one of them: ${names.join(', ')}.`,
    },
    exitCodes.usage,
  );
}
