import type { ReactiveControllerHost } from 'lit';
import type { AppType, Node, Tenant } from '../../../kernel/cli/api-types.ts';
import { api } from '../shell/services.ts';
import { loadWho, runsInstallation } from '../shell/who.ts';
import { LiveQuery } from './live-query.ts';

/** What many pages ask for, to put names to ids. */

export const tenantsOf = (host: ReactiveControllerHost) =>
  new LiveQuery<Tenant[]>(host, { key: () => 'tenants', load: api.listTenants });

export const appTypesOf = (host: ReactiveControllerHost) =>
  new LiveQuery<AppType[]>(host, { key: () => 'app-types', load: api.listAppTypes });

/** None for those who may not see them. */
export const nodesOf = (host: ReactiveControllerHost, every?: number) =>
  new LiveQuery<Node[]>(host, {
    key: () => 'nodes',
    load: async () => (runsInstallation(await loadWho()) ? api.listNodes() : []),
    ...(every !== undefined && { every }),
  });

/** The name of what has this id, or the id. */
export function nameOf(items: readonly { id: string; name: string }[] | undefined, id: string): string {
  return items?.find((one) => one.id === id)?.name ?? id;
}

export function titleOf(types: readonly AppType[] | undefined, id: string): string {
  return types?.find((one) => one.id === id)?.title ?? id;
}
