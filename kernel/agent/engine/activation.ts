import { Refusal } from '../primitives/refusal.ts';
import type { Address, ServiceStatus, System } from '../system/system.ts';
import type { ServiceSpec, Touch } from './watches.ts';

/** Milliseconds that a service may take to do what it was told. */
const TIME_LIMIT = 10_000;
const INTERVAL = 10;
/** Milliseconds after which a program without an address to ask counts as started. */
const SETTLING = 200;

export interface Activation {
  readonly service: ServiceSpec;
  /** `changed`: the service itself is new or another one. */
  readonly touch: Touch | 'changed';
  /** Where it has to accept connections afterwards, besides its own addresses. */
  readonly listens: readonly Address[];
}

/** What was done to a service. */
export type Activated = 'start' | 'stop' | 'restart' | 'reload' | 'none';

/**
 * Brings a service to what its files say now, and returns when it is so.
 *
 * @throws Refusal when the service does not get there.
 */
export async function activate({ service, touch, listens }: Activation, system: System): Promise<Activated> {
  const { name, reloadSignal } = service;
  const status = await system.services.find(name);
  if (service.state === 'stopped') return stop(name, status, system);
  const addresses = [...new Set([...(service.listens ?? []), ...listens])];
  if (status?.pid !== undefined && touch === 'reload' && reloadSignal) {
    await reload({ name, signal: reloadSignal, pid: status.pid, addresses }, system);
    return 'reload';
  }
  if (status?.pid !== undefined) await system.services.stop(name);
  await system.services.start(name);
  await awaitStart(name, addresses, system);
  return status?.pid === undefined ? 'start' : 'restart';
}

async function stop(name: string, status: ServiceStatus | undefined, { services }: System): Promise<Activated> {
  if (!status?.wanted) return 'none';
  await services.stop(name);
  return 'stop';
}

/** It is in effect when the addresses accept, and no process that served before takes connections any more. */
async function reload(
  { name, signal, pid, addresses }: { name: string; signal: string; pid: number; addresses: readonly Address[] },
  system: System,
): Promise<void> {
  const before = await system.processes.listeners(pid);
  await system.services.signal(name, signal);
  const isOver = async () => {
    const now = await system.processes.listeners(pid);
    const left = [...before].some(([child, sockets]) => [...sockets].some((socket) => now.get(child)?.has(socket)));
    return !left && (await accepts(addresses, system));
  };
  if (await within(TIME_LIMIT, isOver, { name, system })) return;
  throw await failed(name, `${name} did not take in its new configuration within ${TIME_LIMIT / 1000} seconds`, system);
}

async function awaitStart(name: string, addresses: readonly Address[], system: System): Promise<void> {
  if (addresses.length === 0) await system.clock.pause(SETTLING);
  if (await within(TIME_LIMIT, () => accepts(addresses, system), { name, system })) return;
  throw await failed(name, `${name} does not accept connections on ${addresses.join(', ')}`, system);
}

/** False when the time is over, or when the service ended by itself. */
async function within(
  limit: number,
  isOver: () => Promise<boolean>,
  { name, system }: { name: string; system: System },
): Promise<boolean> {
  for (let waited = 0; waited < limit; waited += INTERVAL) {
    const status = await system.services.find(name);
    if (status?.pid === undefined || status.failures > 0) return false;
    if (await isOver()) return true;
    await system.clock.pause(INTERVAL);
  }
  return false;
}

async function accepts(addresses: readonly Address[], { processes }: System): Promise<boolean> {
  const answers = await Promise.all(addresses.map((address) => processes.accepts(address)));
  return answers.every(Boolean);
}

async function failed(name: string, message: string, { services }: System): Promise<Refusal> {
  const words = await services.lastWords(name);
  return new Refusal('ServiceFailed', words ? `${message}. It said: ${words.slice(-1000)}` : `${message}.`, {
    output: words,
  });
}
