import type { Use } from '@freehold/sdk';
import type { ClaimedName } from '../domains/domain.service.ts';
import { getRegistered } from '../domains/registrable.ts';
import type { LoadedAppType } from '../plugin-host/plugin-host.ts';
import { apps, appsOf, domains } from './kernel-catalogue.ts';

/** What an app takes of its tenant's entitlement: what the kernel counts, and what its type says. */
export async function computeUses(
  type: LoadedAppType,
  app: { id: string; name: string; tenant: string; spec: Readonly<Record<string, unknown>> },
  names: readonly ClaimedName[],
): Promise<readonly Use[]> {
  const { id, name, tenant, spec } = app;
  const own = await type.uses({ app: { id, name, tenant }, spec });
  return [
    { limit: apps.id, amount: 1 },
    { limit: appsOf(type.category).id, amount: 1 },
    ...countDomains(names),
    ...own,
  ];
}

/** The names of one domain are one domain, in whichever apps of the tenant. */
function countDomains(names: readonly ClaimedName[]): Use[] {
  const found = new Map<string, Use>();
  for (const { name, pointer } of names) {
    const key = getRegistered(name);
    if (!found.has(key)) found.set(key, { limit: domains.id, amount: 1, key, pointer });
  }
  return [...found.values()];
}
