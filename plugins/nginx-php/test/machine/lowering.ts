import {
  type ContributedResource,
  type Driver,
  type DriverInput,
  isPrimitive,
  type NodeInput,
  type Observed,
  type OwnerInput,
  type Primitive,
  type Problem,
  type Resource,
} from '@freehold/sdk';
import { httpRouteDriver } from '../../http-route.driver.ts';
import { phpPoolDriver } from '../../php-pool.driver.ts';

/** What the kernel does with an owner's resources, as far as this plugin needs it. */

const DRIVERS = [httpRouteDriver, phpPoolDriver] as unknown as readonly Driver[];

export interface Scope {
  readonly owner: OwnerInput;
  readonly node: NodeInput;
  readonly role: Observed;
}

/** Lowers contributed resources and puts the outputs of their drivers in. */
export function lowerAll(resources: readonly Resource[], scope: Scope): Primitive[] {
  const outputs = new Map<string, string>();
  return resources.flatMap((resource) => {
    const filled = fillIn(resource, outputs);
    if (isPrimitive(filled)) return [filled];
    const { driver, input } = driverFor(filled, scope);
    const problems = driver.check?.(input) ?? [];
    if (problems.length > 0) throw new ProblemsError(problems);
    for (const [name, value] of Object.entries(driver.outputs?.(input) ?? {}))
      outputs.set(`freehold-output(${filled.type}:${filled.id}:${name})`, value);
    return lowerAll(driver.lower(input), scope);
  });
}

export class ProblemsError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(JSON.stringify(problems));
    this.problems = problems;
  }
}

function driverFor(resource: Resource, scope: Scope): { driver: Driver; input: DriverInput<never> } {
  const driver = DRIVERS.find(({ resourceType }) => resourceType.type === resource.type);
  if (!driver) throw new Error(`no driver for ${resource.type}`);
  const { id, spec } = resource as ContributedResource<string, never>;
  return { driver, input: { id, spec, ...scope, config: {}, observed: {}, secret: (name) => `secret-${name}` } };
}

function fillIn(resource: Resource, outputs: ReadonlyMap<string, string>): Resource {
  const text = JSON.stringify(resource).replace(/freehold-output\([^)]*\)/g, (placeholder) => {
    const value = outputs.get(placeholder);
    if (value === undefined) throw new Error(`${placeholder} is not known`);
    return value;
  });
  return JSON.parse(text) as Resource;
}
