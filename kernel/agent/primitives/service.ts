import type { PrimitiveSpec } from '@freehold/sdk';
import { fingerprint } from '../system/fingerprint.ts';
import type { ServiceDefinition } from '../system/system.ts';
import { different, type PrimitiveHandler, same } from './primitive.ts';

interface Inverse {
  readonly name: string;
  /** Null when there was no such service. */
  readonly before: {
    readonly definition: ServiceDefinition;
    readonly wanted: boolean;
    /** The main process: as long as it is the same, it never knew of the change. */
    readonly pid?: number;
  } | null;
}

/**
 * Declares a service to the service manager. Starting, restarting and stopping are matters of the commit round, which
 * validates first and waits until it took effect.
 */
export const serviceHandler: PrimitiveHandler<'service', null, Inverse> = {
  identities: ({ name }) => [{ name: `service:${name}`, shared: false }],

  async check({ spec }, { system }) {
    const status = await system.services.find(spec.name);
    const running = (spec.state ?? 'running') === 'running';
    if (!status) return different('create', running ? 'starts it' : 'makes it known');
    if (!status.intact || !isSameProgram(status.definition, definitionOf(spec)))
      return different('update', 'starts it anew');
    if (running && status.pid === undefined) return different('update', 'starts it, because it does not run');
    if (!running && status.wanted) return different('update', 'stops it');
    return same(null);
  },

  async inverse({ spec }, { system }) {
    const status = await system.services.find(spec.name);
    if (!status) return { name: spec.name, before: null };
    const { definition, wanted, pid } = status;
    return { name: spec.name, before: { definition, wanted, pid } };
  },

  async apply({ spec }, { system }) {
    await system.services.define(definitionOf(spec));
    return { facts: null };
  },

  async undo({ name, before }, { system: { services } }) {
    const status = await services.find(name);
    if (!before) return services.remove(name);
    if (!status?.intact || !isSameProgram(status.definition, before.definition))
      await services.define(before.definition);
    if (status && status.pid === before.pid && status.wanted === before.wanted) return;
    if (status) await services.stop(name);
    if (before.wanted) await services.start(name);
  },

  async remove({ spec }, { system }) {
    await system.services.remove(spec.name);
    return undefined;
  },
};

export function definitionOf(spec: PrimitiveSpec<'service'>): ServiceDefinition {
  const { name, argv, user, env = {}, stopSignal = 'SIGTERM', stopTimeout = 10 } = spec;
  return { name, argv, ...(user === undefined ? {} : { user }), env, stopSignal, stopTimeout: stopTimeout * 1000 };
}

/** When only other members differ, such as the files it watches, the process need not know. */
function isSameProgram(one: ServiceDefinition, other: ServiceDefinition): boolean {
  return fingerprint(one) === fingerprint(other);
}
