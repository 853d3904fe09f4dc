import { failure } from '../failure.ts';
import type { ServiceRecords } from '../service-records.ts';
import type { Accounts, Clock, ServiceDefinition, ServiceStatus, Services } from '../system.ts';
import { SupervisedService } from './supervised-service.ts';

export interface SupervisionParts {
  readonly records: ServiceRecords;
  readonly accounts: Accounts;
  readonly clock: Clock;
  /** The folder of the services' own logs. */
  readonly logs: string;
}

/** Services where there is no systemd: children of the agent that outlive it and are taken up by the next one. */
export class SupervisedServices implements Services {
  readonly manager = 'agent';
  readonly #parts: SupervisionParts;
  readonly #services = new Map<string, SupervisedService>();

  constructor(parts: SupervisionParts) {
    this.#parts = parts;
    for (const record of parts.records.list())
      this.#services.set(record.definition.name, new SupervisedService(record, parts));
  }

  async find(name: string): Promise<ServiceStatus | undefined> {
    return this.#services.get(name)?.status();
  }

  async define(definition: ServiceDefinition): Promise<void> {
    const known = this.#services.get(definition.name);
    const service = known ?? new SupervisedService({ definition, wanted: false }, this.#parts);
    this.#services.set(definition.name, service);
    service.define(definition);
  }

  async start(name: string): Promise<void> {
    await this.#get(name).start();
  }

  async stop(name: string): Promise<void> {
    await this.#get(name).stop();
  }

  async signal(name: string, signal: string): Promise<void> {
    this.#get(name).signal(signal as NodeJS.Signals);
  }

  async remove(name: string): Promise<void> {
    const service = this.#services.get(name);
    if (!service) return;
    await service.stop();
    this.#parts.records.delete(name);
    this.#services.delete(name);
  }

  async lastWords(name: string): Promise<string> {
    return this.#get(name).lastWords();
  }

  async shortenLogs(maxBytes: number): Promise<void> {
    for (const service of this.#services.values()) service.shortenLog(maxBytes);
  }

  async resume(): Promise<void> {
    for (const service of this.#services.values()) await service.resume();
  }

  async close({ stop }: { stop: boolean }): Promise<void> {
    const latestFirst = [...this.#services.values()].reverse();
    for (const service of latestFirst) {
      if (stop) await service.pause();
      else service.letGo();
    }
  }

  #get(name: string): SupervisedService {
    const service = this.#services.get(name);
    if (!service) throw failure('ENOSERVICE', `There is no service ${name}`);
    return service;
  }
}
