import { Refusal } from '../primitives/refusal.ts';
import type { Address, ServiceStatus, System } from '../system/system.ts';
import { HiddenProcesses } from './hidden-processes.ts';
import type { ServiceSpec, Touch } from './watches.ts';

/** Milliseconds that a service may take to do what it was told. */
const TIME_LIMIT = 10_000;
const FIRST_STEP = 1;
const LONGEST_STEP = 5;
/** Milliseconds after which a service manager is asked again whether the process lives. */
const INTERVAL = 100;
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
  const { name, reloadSignal: signal } = service;
  const status = await system.services.find(name);
  if (service.state === 'stopped') return stop(name, status, system);
  const addresses = [...new Set([...(service.listens ?? []), ...listens])];
  if (status?.pid !== undefined && touch === 'reload' && signal) {
    await reload({ service, signal, pid: status.pid, addresses }, system);
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

interface Reload {
  readonly service: ServiceSpec;
  readonly signal: string;
  readonly pid: number;
  readonly addresses: readonly Address[];
}

/** It is in effect when its processes serve the addresses that are new, and none that served before takes connections any more. */
async function reload({ service, signal, pid, addresses }: Reload, system: System): Promise<void> {
  const { processes, services } = system;
  const before = await processes.listeners(pid);
  const hidden = new HiddenProcesses(pid, system, await processes.hidden(pid));
  const added = await addedTo(pid, addresses, system);
  await services.signal(service.name, signal);
  const drained = new Set<number>();
  const isOver = async () => {
    const left = await formerProcesses(pid, before, system);
    if (left.isReplaced && service.drainSignal)
      for (const child of left.children) if (!drained.has(child)) await drain(child, service.drainSignal);
    if (left.children.length > 0 || !(await processes.serves(pid, added))) return false;
    const former = await hidden.replaced();
    if (service.drainSignal) for (const child of former ?? []) await drain(child, service.drainSignal);
    return former !== undefined;
  };
  const drain = async (child: number, drainSignal: string) => {
    drained.add(child);
    await processes.signal(child, drainSignal);
  };
  if (await within(TIME_LIMIT, isOver, { name: service.name, pid, system })) return;
  const message = `${service.name} did not take in its new configuration within ${TIME_LIMIT / 1000} seconds`;
  throw await failed(service.name, message, system);
}

/** The children that still have the sockets they listened on before, and whether another child has one too. */
async function formerProcesses(
  pid: number,
  before: ReadonlyMap<number, ReadonlySet<string>>,
  { processes }: System,
): Promise<{ children: number[]; isReplaced: boolean }> {
  if (before.size === 0) return { children: [], isReplaced: false };
  const holders = [...(await processes.holders(pid, new Set([...before.values()].flatMap((sockets) => [...sockets]))))];
  return {
    children: holders.filter((child) => before.has(child)),
    isReplaced: holders.some((child) => !before.has(child)),
  };
}

async function awaitStart(name: string, addresses: readonly Address[], system: System): Promise<void> {
  if (addresses.length === 0) await system.clock.pause(SETTLING);
  const pid = (await system.services.find(name))?.pid;
  const isOver = async () => pid !== undefined && system.processes.serves(pid, addresses);
  if (pid !== undefined && (await within(TIME_LIMIT, isOver, { name, pid, system }))) return;
  const message =
    addresses.length === 0 ? `${name} ended at once` : `${name} does not accept connections on ${addresses.join(', ')}`;
  throw await failed(name, message, system);
}

/** False when the time is over, or when the process ended by itself. Looks often at first: most services are quick. */
async function within(
  limit: number,
  isOver: () => Promise<boolean>,
  { name, pid, system: { clock, services } }: { name: string; pid: number; system: System },
): Promise<boolean> {
  let asked = clock.now();
  let step = FIRST_STEP;
  for (const start = asked; clock.now() - start < limit; step = Math.min(1.5 * step, LONGEST_STEP)) {
    if (await isOver()) return (await services.find(name))?.pid === pid;
    await clock.pause(step);
    // Where a service manager has to be asked, asking takes longer than looking.
    if (clock.now() - asked < INTERVAL) continue;
    asked = clock.now();
    if ((await services.find(name))?.pid !== pid) return false;
  }
  return false;
}

/** The addresses at which a service does not listen yet. */
async function addedTo(pid: number, addresses: readonly Address[], { processes }: System): Promise<Address[]> {
  const answers = await Promise.all(addresses.map((address) => processes.serves(pid, [address])));
  return addresses.filter((_, index) => !answers[index]);
}

async function failed(name: string, message: string, { services }: System): Promise<Refusal> {
  const words = await services.lastWords(name);
  return new Refusal('ServiceFailed', words ? `${message}. It said: ${words.slice(-1000)}` : `${message}.`, {
    output: words,
  });
}
