import type { Primitive, PrimitiveSpec } from '@freehold/sdk';
import { matchesPath } from '@freehold/sdk/protocol';
import type { StateStore } from '../store/state-store.ts';

export type ServiceSpec = PrimitiveSpec<'service'>;

/** What a change of a file means for a service. */
export type Touch = 'reload' | 'restart';

/** Services that run or will run, in the order in which they start: as their owners came, and as those list them. */
export function knownServices(
  store: StateStore,
  { coming = [], leaving = [] }: { coming?: readonly ServiceSpec[]; leaving?: readonly string[] } = {},
): ServiceSpec[] {
  const services = new Map<string, ServiceSpec>();
  for (const { resource, leaving: gone } of store.inventory.ofType('service'))
    if (!gone && !leaving.includes(resource.spec.name)) services.set(resource.spec.name, resource.spec);
  for (const spec of coming) services.set(spec.name, spec);
  return [...services.values()];
}

/** What a change of a path means for a service; undefined when it does not read the path. */
export function touchOf(service: ServiceSpec, path: string): Touch | undefined {
  const matches = (patterns: readonly string[] = []) => patterns.some((pattern) => matchesPath(pattern, path));
  if (matches(service.restartAfter)) return 'restart';
  return matches(service.reloadAfter) ? 'reload' : undefined;
}

/** The file that services may watch, of a resource that is one. */
export function watchablePath(resource: Primitive): string | undefined {
  switch (resource.type) {
    case 'file':
    case 'fragment':
    case 'link':
    case 'key':
      return resource.spec.path;
    default:
      return undefined;
  }
}

export function isWatched(resource: Primitive, services: readonly ServiceSpec[]): boolean {
  const path = watchablePath(resource);
  return path !== undefined && services.some((service) => touchOf(service, path) !== undefined);
}
