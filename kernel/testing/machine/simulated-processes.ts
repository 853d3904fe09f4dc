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
  readonly #services: SimulatedServices;

  constructor(services: SimulatedServices) {
    this.#services = services;
  }

  async endAllOf(uid: number): Promise<boolean> {
    const theirs = [...this.running].filter(([, owner]) => owner === uid).map(([pid]) => pid);
    for (const pid of theirs) if (!this.stuck.has(pid)) this.running.delete(pid);
    return theirs.every((pid) => !this.running.has(pid));
  }

  async listeners(): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
    return new Map();
  }

  async holders(): Promise<ReadonlySet<number>> {
    return new Set();
  }

  async signal(): Promise<void> {}

  async serves(_: number, addresses: readonly Address[]): Promise<boolean> {
    return addresses.every((address) => this.#services.accepts(address));
  }

  async ports(pid: number): Promise<ReadonlySet<number>> {
    return new Set(this.listening.get(pid));
  }
}
