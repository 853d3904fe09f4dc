import { isPrimitive, type Primitive, primitiveSchemas, type Resource, resourceKey } from '@freehold/sdk';
import type { LoweredResource } from '@freehold/sdk/protocol';
import { type CompiledSchema, compileSchema } from '../schema/compile-schema.ts';
import { ComputeError } from './compute-error.ts';

/** Compiled when the first resource of a type comes. */
const compiled = new Map<string, CompiledSchema>();

/** @throws ComputeError InvalidResource, naming the plugin and what is wrong with its resource */
export function assertPrimitive(resource: Resource, plugin: string): asserts resource is Primitive {
  if (!isPrimitive(resource)) throw invalidResource(resource, plugin, 'it is of no type that the agent knows.');
  const { problems } = validatorOf(resource.type).validate(resource.spec);
  if (problems.length === 0) return;
  const list = problems.map(({ pointer, message }) => `${pointer || 'spec'}: ${message}`).join(' ');
  throw invalidResource(resource, plugin, list);
}

/** A type and an id, whatever the plugin returned. @throws ComputeError InvalidResource */
export function assertResources(value: unknown, plugin: string): asserts value is readonly Resource[] {
  if (!Array.isArray(value))
    throw new ComputeError('InvalidResource', `Plugin ${plugin} returned no list of resources.`, { plugin });
  for (const item of value) {
    const { type, id } = (item ?? {}) as Record<string, unknown>;
    if (typeof type !== 'string' || typeof id !== 'string' || !/^[^\u0000-\u001f\u007f()]{1,1100}$/.test(id))
      throw new ComputeError(
        'InvalidResource',
        `Plugin ${plugin} returned something that is no resource with a type and an id.`,
        { plugin },
      );
  }
}

/** @throws ComputeError DuplicateResource */
export function assertUnique(resources: readonly LoweredResource[]): void {
  const owners = new Map<string, string>();
  for (const { resource, plugin } of resources) {
    const key = resourceKey(resource);
    const other = owners.get(key);
    if (other !== undefined)
      throw new ComputeError(
        'DuplicateResource',
        `${key} is declared twice: by plugin ${other} and by plugin ${plugin}.`,
        { plugin },
      );
    owners.set(key, plugin);
  }
}

function validatorOf(type: keyof typeof primitiveSchemas): CompiledSchema {
  const found = compiled.get(type) ?? compileSchema(primitiveSchemas[type]);
  compiled.set(type, found);
  return found;
}

function invalidResource(resource: Resource, plugin: string, why: string): ComputeError {
  return new ComputeError(
    'InvalidResource',
    `Plugin ${plugin} returned ${resourceKey(resource)}, which cannot be used: ${why}`,
    { plugin },
  );
}
