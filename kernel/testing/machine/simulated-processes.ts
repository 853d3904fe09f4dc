import type { Address, Processes } from '../../agent/system/system.ts';
import type { SimulatedServices } from './simulated-services.ts';

/** Processes of a simulated machine. */
export class SimulatedProcesses implements Processes {
  /** Uid of each process that is no service, by process id. */
  readonly running = new Map<number, number>();
  /** Process ids that nothing ends. */
  readonly stuck = new Set<number>();
  /** TCP ports on which processes that are no services listen, by process id. */
  readonly listening = new Map<number, readonly number[]>();
  /** Signals that were sent to workers of services, in order: `SIGQUIT 12`. */
  readonly signals: string[] = [];
  /** Set on a machine like a container without CAP_SYS_PTRACE: the agent sees that workers of services are there, and no more. */
  hidesWorkers = false;
  readonly #services: SimulatedServices;

  constructor(services: SimulatedServices) {
    this.#services = services;
  }

  async endAllOf(uid: number): Promise<boolean> {
    const theirs = [...this.running].filter(([, owner]) => owner === uid).map(([pid]) => pid);
    for (const pid of theirs) if (!this.stuck.has(pid)) this.running.delete(pid);
    return theirs.every((pid) => !this.running.has(pid));
  }

  /** All workers of a service listen on the one socket that their main process made. */
  async listeners(pid: number): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
    if (this.hidesWorkers) return new Map();
    return new Map(this.#services.workers(pid).map((worker) => [worker, new Set([socketOf(pid)])]));
  }

  async holders(pid: number, sockets: ReadonlySet<string>): Promise<ReadonlySet<number>> {
    return new Set(this.hidesWorkers || !sockets.has(socketOf(pid)) ? [] : this.#services.workers(pid));
  }

  async hidden(pid: number): Promise<ReadonlySet<number>> {
    return new Set(this.hidesWorkers ? this.#services.workers(pid) : []);
  }

  async signal(pid: number, signal: string): Promise<void> {
    this.signals.push(`${signal} ${pid}`);
  }

  async serves(_: number, addresses: readonly Address[]): Promise<boolean> {
    return addresses.every((address) => this.#services.accepts(address));
  }

  async ports(pid: number): Promise<ReadonlySet<number>> {
    return new Set(this.listening.get(pid));
  }
}

function socketOf(pid: number): string {
  return `socket of ${pid}`;
}
