import type { Actor } from '../accounts/actor.ts';
import { isSuperAdmin } from '../accounts/permissions.ts';
import { type ProblemError, problem } from '../errors/problem.ts';
import type { Http } from '../http/http.ts';
import { App, Operation, Tenant } from '../store/entities/index.ts';
import type { Store, Transaction } from '../store/store.ts';
import { ofVisibleApps, visibleTenants } from '../tenants/scope.ts';

/**
 * Queries that name something of somebody else are answered as if it did not exist, like addresses that do: not with an empty
 * list, which would be another answer than that of a typing mistake.
 */
export function checkFilters(http: Http, { store }: { store: Store }): void {
  http.addHook('preHandler', async ({ authenticated, query, routeOptions }) => {
    if (!authenticated || isSuperAdmin(authenticated.actor) || routeOptions.config.namesOthers) return;
    const named = Object.entries(query as Record<string, unknown>).filter(([name]) => Object.hasOwn(lookups, name));
    for (const [name, id] of named)
      await assertVisible(store, authenticated.actor, [name as keyof typeof lookups, `${id}`]);
  });
}

async function assertVisible(store: Store, actor: Actor, [name, id]: [keyof typeof lookups, string]): Promise<void> {
  const { count, missing } = lookups[name];
  if ((await count(store.readerFor(actor), actor, id)) === 0) throw missing(id);
}

interface Lookup {
  readonly count: (reader: Transaction, actor: Actor, id: string) => Promise<number>;
  readonly missing: (id: string) => ProblemError;
}

const lookups = {
  tenant: {
    count: (reader, actor, id) => reader.count(Tenant, { $and: [{ id: id as never }, visibleTenants(actor)] }),
    missing: (tenant) => problem('tenant-not-found', { tenant }),
  },
  parent: {
    count: (reader, actor, id) => reader.count(Tenant, { $and: [{ id: id as never }, visibleTenants(actor)] }),
    missing: (tenant) => problem('tenant-not-found', { tenant }),
  },
  app: {
    count: (reader, actor, id) =>
      reader.count(App, { $and: [{ id: id as never }, ofVisibleApps(actor, { field: 'id' })] }),
    missing: (app) => problem('app-not-found', { app }),
  },
  operation: {
    count: (reader, actor, id) =>
      reader.count(Operation, { $and: [{ id: id as never }, ofVisibleApps(actor, { field: 'app' })] }),
    missing: (operation) => problem('operation-not-found', { operation }),
  },
} as const satisfies Record<string, Lookup>;
