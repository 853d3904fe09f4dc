import type { ServiceDefinition } from './system.ts';

/** What an agent must know of a service that an earlier one started. */
export interface ServiceRecord {
  readonly definition: ServiceDefinition;
  readonly wanted: boolean;
  /** The main process, with its birth: a process id alone may be another process by now. */
  readonly main?: { readonly pid: number; readonly birth: string };
  /** Set while it is being started: when, in clock ticks since the boot it names. */
  readonly starting?: { readonly boot: string; readonly ticks: number };
}

/** Where these records outlive the agent. */
export interface ServiceRecords {
  list(): ServiceRecord[];
  save(record: ServiceRecord): void;
  delete(name: string): void;
}
