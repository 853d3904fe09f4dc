/**
 * One thing that must exist on a node. A resource is data: it can be compared with the machine, shown as a
 * plan, checked against capabilities, applied, undone and removed.
 *
 * `type` and `id` together name it within its owner (one app, or the node role of one plugin).
 */
export interface Resource<Type extends string = string, Spec = unknown> {
  readonly type: Type;
  readonly id: string;
  readonly spec: Spec;
}

/** The name of a resource within its owner, as it stands in plans, steps, errors and `observed`: `file:/srv/a.conf`. */
export type ResourceKey = string;

/** Gives the key of a resource. */
export function resourceKey(resource: Pick<Resource, 'type' | 'id'>): ResourceKey {
  return `${resource.type}:${resource.id}`;
}
