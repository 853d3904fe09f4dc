import { failure } from '../../agent/system/failure.ts';
import type { Address, ServiceDefinition, ServiceStatus, Services } from '../../agent/system/system.ts';

/** How a program behaves while it runs as a service. Left out members: it starts, takes every signal and listens everywhere. */
export interface Daemon {
  /** Words of a failure, or undefined when it starts. */
  start?(definition: ServiceDefinition): string | undefined;
  /** The same for a signal. A failure ends the process. */
  signal?(signal: string, definition: ServiceDefinition): string | undefined;
  /** Where it accepts connections now. */
  listens?(): readonly Address[];
  /** Ids of the processes that serve for its main process now. */
  workers?(): readonly number[];
}

interface Running {
  definition: ServiceDefinition;
  wanted: boolean;
  pid?: number;
  failures: number;
  words: string;
}

/** Services of a simulated machine. */
export class SimulatedServices implements Services {
  readonly manager = 'agent';
  /** By the program as it stands in argv. */
  readonly daemons = new Map<string, Daemon>();
  readonly known = new Map<string, Running>();
  /** What happened to services, in order: `start nginx`, `SIGHUP nginx`. */
  readonly history: string[] = [];
  #lastPid = 1000;

  async find(name: string): Promise<ServiceStatus | undefined> {
    const service = this.known.get(name);
    if (!service) return undefined;
    const { definition, wanted, pid, failures } = service;
    return { definition, intact: true, wanted, pid, failures };
  }

  async define(definition: ServiceDefinition): Promise<void> {
    const known = this.known.get(definition.name);
    this.known.set(definition.name, { wanted: false, failures: 0, words: '', ...known, definition });
  }

  async start(name: string): Promise<void> {
    const service = this.#get(name);
    service.wanted = true;
    service.failures = 0;
    if (service.pid !== undefined) return;
    this.history.push(`start ${name}`);
    this.#settle(service, this.#daemon(service).start?.(service.definition));
  }

  async stop(name: string): Promise<void> {
    const service = this.#get(name);
    if (service.pid !== undefined) this.history.push(`stop ${name}`);
    service.wanted = false;
    service.pid = undefined;
  }

  async signal(name: string, signal: string): Promise<void> {
    const service = this.#get(name);
    if (service.pid === undefined) throw failure('ESRCH', name);
    this.history.push(`${signal} ${name}`);
    const words = this.#daemon(service).signal?.(signal, service.definition);
    if (words !== undefined) this.#settle(service, words);
  }

  async remove(name: string): Promise<void> {
    if (!this.known.has(name)) return;
    await this.stop(name);
    this.known.delete(name);
  }

  async lastWords(name: string): Promise<string> {
    return this.#get(name).words;
  }

  async shortenLogs(): Promise<void> {}

  async resume(): Promise<void> {
    for (const [name, service] of this.known) if (service.wanted) await this.start(name);
  }

  async close({ stop }: { stop: boolean }): Promise<void> {
    if (stop) for (const service of this.known.values()) service.pid = undefined;
  }

  copyFrom({ known, history }: SimulatedServices): void {
    for (const [name, service] of known) this.known.set(name, { ...service });
    this.history.push(...history);
    this.#lastPid += known.size;
  }

  /** Ends a service's process by hand, as a crash would. */
  crash(name: string): void {
    this.#settle(this.#get(name), 'crashed');
  }

  accepts(address: Address): boolean {
    const running = [...this.known.values()].filter(({ pid }) => pid !== undefined);
    return running.some((service) => this.#daemon(service).listens?.().includes(address) ?? true);
  }

  /** Of the service with this main process. */
  workers(pid: number): readonly number[] {
    const service = [...this.known.values()].find((running) => running.pid === pid);
    return (service && this.#daemon(service).workers?.()) ?? [];
  }

  #settle(service: Running, failure: string | undefined): void {
    service.words = failure ?? '';
    service.pid = failure === undefined ? ++this.#lastPid : undefined;
    if (failure !== undefined) service.failures++;
  }

  #daemon({ definition }: Running): Daemon {
    return this.daemons.get(definition.argv[0] ?? '') ?? {};
  }

  #get(name: string): Running {
    const service = this.known.get(name);
    if (!service) throw failure('ENOSERVICE', name);
    return service;
  }
}
