import { closeSync } from 'node:fs';
import { failure } from '../failure.ts';
import { ServiceLog } from '../service-log.ts';
import type { ServiceRecord, ServiceRecords } from '../service-records.ts';
import type { Accounts, ServiceDefinition, ServiceStatus, Services, User } from '../system.ts';
import type { Systemctl } from './systemctl.ts';
import type { UnitFiles } from './unit-files.ts';
import { environmentText, serviceUnit } from './unit-text.ts';

export interface SystemdParts {
  readonly systemctl: Systemctl;
  readonly units: UnitFiles;
  readonly accounts: Accounts;
  readonly records: ServiceRecords;
  /** The folder of the services' own logs. */
  readonly logs: string;
  /** `--runtime`: the units are gone after a reboot, for an installation that somebody starts by hand. */
  readonly runtime: boolean;
}

/** Services as units of systemd. */
export class SystemdServices implements Services {
  readonly manager = 'systemd';
  readonly #parts: SystemdParts;
  readonly #logs = new Map<string, ServiceLog>();

  constructor(parts: SystemdParts) {
    this.#parts = parts;
  }

  async find(name: string): Promise<ServiceStatus | undefined> {
    const record = this.#record(name);
    if (!record) return undefined;
    const unit = this.#unit(name);
    const { MainPID, NRestarts } = await this.#parts.systemctl.show(unit, 'MainPID', 'NRestarts');
    return {
      definition: record.definition,
      intact: await this.#isInPlace(record),
      wanted: record.wanted,
      pid: Number(MainPID) || undefined,
      failures: Number(NRestarts) || 0,
    };
  }

  async define(definition: ServiceDefinition): Promise<void> {
    const { units, records, systemctl } = this.#parts;
    const { unit, environment } = await this.#texts(definition);
    units.write(this.#environmentFile(definition.name), environment, 0o600);
    units.write(this.#unit(definition.name), unit, 0o644);
    records.save({ wanted: false, ...this.#record(definition.name), definition });
    await systemctl.run('daemon-reload');
  }

  async start(name: string): Promise<void> {
    const { systemctl, units, records, runtime } = this.#parts;
    records.save({ ...this.#known(name), wanted: true });
    this.#beginLog(name);
    const lasting = runtime ? ['--runtime'] : [];
    await systemctl.run('enable', '--quiet', ...lasting, units.pathOf(this.#unit(name)));
    await systemctl.run('start', this.#unit(name));
  }

  async stop(name: string): Promise<void> {
    this.#parts.records.save({ ...this.#known(name), wanted: false });
    await this.#halt(name);
    // It must not start at the next boot either.
    await this.#parts.systemctl.disable(this.#unit(name));
  }

  async signal(name: string, signal: string): Promise<void> {
    await this.#parts.systemctl.run('kill', '--kill-who=main', `--signal=${signal}`, this.#unit(name));
  }

  async remove(name: string): Promise<void> {
    if (!this.#record(name)) return;
    await this.stop(name);
    this.#parts.units.delete(this.#unit(name));
    this.#parts.units.delete(this.#environmentFile(name));
    this.#parts.records.delete(name);
    await this.#parts.systemctl.run('daemon-reload');
  }

  async lastWords(name: string): Promise<string> {
    return this.#log(name).sinceStart();
  }

  async shortenLogs(maxBytes: number): Promise<void> {
    for (const { definition } of this.#parts.records.list()) this.#log(definition.name).shorten(maxBytes);
  }

  async resume(): Promise<void> {
    const failures: unknown[] = [];
    for (const record of this.#parts.records.list()) await this.#resume(record).catch((cause) => failures.push(cause));
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '));
  }

  async #resume(record: ServiceRecord): Promise<void> {
    if (!(await this.#isInPlace(record))) await this.define(record.definition);
    if (record.wanted) await this.start(record.definition.name);
  }

  async close({ stop }: { stop: boolean }): Promise<void> {
    const latestFirst = this.#parts.records.list().reverse();
    if (stop) for (const { definition } of latestFirst) await this.#halt(definition.name);
  }

  /** A unit that systemd never loaded cannot be stopped, and need not be. */
  async #halt(name: string): Promise<void> {
    const { LoadState } = await this.#parts.systemctl.show(this.#unit(name), 'LoadState');
    if (LoadState === 'loaded') await this.#parts.systemctl.run('stop', this.#unit(name));
  }

  async #isInPlace({ definition }: Pick<ServiceRecord, 'definition' | 'wanted'>): Promise<boolean> {
    const { unit, environment } = await this.#texts(definition);
    const { units } = this.#parts;
    return (
      units.holds(this.#unit(definition.name), unit) && units.holds(this.#environmentFile(definition.name), environment)
    );
  }

  async #texts(definition: ServiceDefinition): Promise<{ unit: string; environment: string }> {
    const account = await this.#account(definition.user);
    const environmentFile = this.#parts.units.pathOf(this.#environmentFile(definition.name));
    return {
      unit: serviceUnit(definition, this.#log(definition.name).path, { account, environmentFile }),
      environment: environmentText(definition.env, account),
    };
  }

  async #account(name = this.#parts.accounts.self.name): Promise<User> {
    const account = await this.#parts.accounts.findUser(name);
    if (!account) throw failure('ENOUSER', `There is no user ${name} on this machine.`);
    return account;
  }

  #unit(name: string): string {
    return this.#parts.units.unitOf(name, 'service');
  }

  #environmentFile(name: string): string {
    return `${this.#unit(name)}.env`;
  }

  #log(name: string): ServiceLog {
    const log = this.#logs.get(name) ?? new ServiceLog(`${this.#parts.logs}/${name}.log`);
    this.#logs.set(name, log);
    return log;
  }

  /** Makes the file, and remembers where this run begins. */
  #beginLog(name: string): void {
    closeSync(this.#log(name).begin());
  }

  #record(name: string): ServiceRecord | undefined {
    return this.#parts.records.list().find(({ definition }) => definition.name === name);
  }

  #known(name: string): ServiceRecord {
    const record = this.#record(name);
    if (!record) throw failure('ENOSERVICE', `There is no service ${name}`);
    return record;
  }
}
