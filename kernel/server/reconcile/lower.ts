import {
  type DriverInput,
  isPrimitive,
  type Problem,
  type Resource,
  resourceKey,
  type SecretSource,
} from '@freehold/sdk';
import type { LoweredResource } from '@freehold/sdk/protocol';
import type { LoadedDriver, PluginHost } from '../plugin-host/plugin-host.ts';
import { blame, ComputeError } from './compute-error.ts';
import type { NodeState, Owner } from './inputs.ts';
import { type OutputsOf, resolveOutputs } from './outputs.ts';
import { assertPrimitive, assertResources, assertUnique } from './primitive-check.ts';

/** A contributed resource that lowers to one that lowers to one … */
const MOST_DEPTH = 8;
const MOST_RESOURCES = 5_000;

export interface LoweringContext {
  readonly owner: Owner;
  readonly node: NodeState;
  readonly drivers: Pick<PluginHost, 'findDriver'>;
  readonly secret: SecretSource;
}

export interface Lowered {
  readonly resources: readonly LoweredResource[];
  readonly problems: readonly Problem[];
}

interface Declared {
  readonly resource: Resource;
  /** The plugin whose function returned it. */
  readonly plugin: string;
  readonly via: readonly string[];
}

/**
 * Lowers resources until only primitives are left. Each contributed resource is replaced where it stands, so that the order in
 * which things are made stays the one that was declared.
 */
export class Lowering {
  readonly #context: LoweringContext;
  /** Contributed resources of the owner by key: what outputs can be asked of. */
  readonly #contributed = new Map<string, Declared>();
  readonly #resolved = new Map<string, Promise<Resource>>();
  readonly #outputs = new Map<string, Promise<Readonly<Record<string, string>>>>();
  readonly #problems: Problem[] = [];
  #count = 0;

  constructor(context: LoweringContext) {
    this.#context = context;
  }

  /**
   * Asks every driver what the node cannot do before it lowers anything. Problems are what a person can put right; nothing is lowered
   * of a resource that has some.
   *
   * @throws ComputeError
   */
  async lower(resources: unknown, plugin: string): Promise<Lowered> {
    try {
      const lowered = await this.#lowerAll(resources, { plugin, via: [] });
      assertUnique(lowered);
      return { resources: lowered, problems: this.#problems };
    } catch (error) {
      // Whoever uses an output of a resource with problems may well fail.
      if (this.#problems.length > 0) return { resources: [], problems: this.#problems };
      throw error;
    }
  }

  async #lowerAll(resources: unknown, from: Omit<Declared, 'resource'>): Promise<LoweredResource[]> {
    assertResources(resources, from.plugin);
    this.#assertLimits(resources.length, from);
    const declared = resources.map((resource) => ({ resource, ...from }));
    for (const one of declared) this.#register(one);
    const lowered: LoweredResource[] = [];
    for (const one of declared) lowered.push(...(await this.#lowerOne(one)));
    return lowered;
  }

  async #lowerOne(declared: Declared): Promise<LoweredResource[]> {
    const { resource, plugin, via } = declared;
    if (isPrimitive(resource)) {
      const complete = await resolveOutputs<Resource>(resource, this.#outputsFor([]));
      assertPrimitive(complete, plugin);
      return [{ resource: complete, plugin, via }];
    }
    const key = resourceKey(resource);
    const driver = this.#driverOf(declared);
    const input = await this.#driverInput(declared, []);
    const problems = await blame(driver.plugin.id, `check of ${key}`, () => driver.check(input));
    this.#problems.push(...problems);
    if (problems.length > 0) return [];
    const next = await blame(driver.plugin.id, `lower of ${key}`, () => driver.lower(input));
    return this.#lowerAll(next, { plugin: driver.plugin.id, via: [...via, key] });
  }

  #register(declared: Declared): void {
    if (isPrimitive(declared.resource)) return;
    const key = resourceKey(declared.resource);
    const other = this.#contributed.get(key);
    if (other)
      throw new ComputeError(
        'DuplicateResource',
        `${key} is declared twice: by plugin ${other.plugin} and by plugin ${declared.plugin}.`,
      );
    this.#contributed.set(key, declared);
  }

  #driverOf({ resource, plugin }: Declared): LoadedDriver {
    const driver = this.#context.drivers.findDriver(resource.type);
    if (!driver)
      throw new ComputeError(
        'ResourceTypeUnknown',
        `Plugin ${plugin} uses the resource type ${resource.type}, for which no plugin runs.`,
        { plugin },
      );
    if (!this.#context.node.plugins.has(driver.plugin.id))
      throw new ComputeError(
        'PluginNotEnabled',
        `${resource.type} needs the plugin ${driver.plugin.id}, which is not enabled on this node.`,
        { plugin: driver.plugin.id },
      );
    return driver;
  }

  async #driverInput(declared: Declared, waiting: readonly string[]): Promise<DriverInput<unknown>> {
    const { owner, node, secret } = this.#context;
    const { id, spec } = await this.#resolve(declared, waiting);
    const enabled = node.plugins.get(this.#driverOf(declared).plugin.id);
    return {
      ...{ id, spec, owner: owner.input, node: node.input, observed: owner.observed, secret },
      config: enabled?.config ?? {},
      role: enabled?.observed ?? {},
    };
  }

  /** The resource with the outputs that its spec names, checked against its contract. `waiting` are the keys that wait for it. */
  #resolve(declared: Declared, waiting: readonly string[]): Promise<Resource> {
    const key = resourceKey(declared.resource);
    const found = this.#resolved.get(key);
    if (found && !waiting.includes(key)) return found;
    if (waiting.includes(key))
      throw new ComputeError('OutputCycle', `Outputs wait for each other: ${[...waiting, key].join(' → ')}.`);
    const resolved = this.#resolveNow(declared, [...waiting, key]);
    this.#resolved.set(key, resolved);
    return resolved;
  }

  async #resolveNow(declared: Declared, waiting: readonly string[]): Promise<Resource> {
    const driver = this.#driverOf(declared);
    const resource = await resolveOutputs(declared.resource, this.#outputsFor(waiting));
    const problems = driver.validateSpec(resource.spec);
    if (problems.length === 0) return resource;
    const list = problems.map(({ pointer, message }) => `${pointer || 'spec'}: ${message}`).join(' ');
    const key = resourceKey(resource);
    throw new ComputeError(
      'InvalidResource',
      `Plugin ${declared.plugin} returned ${key}, which cannot be used: ${list}`,
      { plugin: declared.plugin },
    );
  }

  #outputsFor(waiting: readonly string[]): OutputsOf {
    return (key) => {
      const found = this.#outputs.get(key);
      if (found && !waiting.includes(key)) return found;
      const declared = this.#contributed.get(key);
      if (!declared) throw new ComputeError('OutputUnknown', `There is no ${key} whose output could be used.`);
      const driver = this.#driverOf(declared);
      const outputs = this.#driverInput(declared, waiting).then((input) =>
        blame(driver.plugin.id, `outputs of ${key}`, () => driver.outputs(input)),
      );
      this.#outputs.set(key, outputs);
      return outputs;
    };
  }

  #assertLimits(more: number, { plugin, via }: Omit<Declared, 'resource'>): void {
    this.#count += more;
    if (via.length > MOST_DEPTH)
      throw new ComputeError('TooDeep', `Resources are lowered more than ${MOST_DEPTH} times: ${via.join(' → ')}.`, {
        plugin,
      });
    if (this.#count > MOST_RESOURCES)
      throw new ComputeError('TooManyResources', `More than ${MOST_RESOURCES} resources were declared.`, { plugin });
  }
}
