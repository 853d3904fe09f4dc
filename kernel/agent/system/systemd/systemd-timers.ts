import { failure } from '../failure.ts';
import type { Accounts, TimerDefinition, Timers } from '../system.ts';
import type { Systemctl } from './systemctl.ts';
import type { UnitFiles } from './unit-files.ts';
import { environmentText, timedUnit, timerUnit } from './unit-text.ts';

export interface SystemdTimerParts {
  readonly systemctl: Systemctl;
  readonly units: UnitFiles;
  readonly accounts: Accounts;
  readonly runtime: boolean;
}

interface Texts {
  readonly timer: string;
  readonly service: string;
  readonly environment: string;
}

/** Timers as units of systemd: they go on without the agent. The agent puts those of its inventory when it starts. */
export class SystemdTimers implements Timers {
  readonly #parts: SystemdTimerParts;
  readonly #known = new Map<string, TimerDefinition>();

  constructor(parts: SystemdTimerParts) {
    this.#parts = parts;
  }

  async find(name: string): Promise<TimerDefinition | undefined> {
    const definition = this.#known.get(name);
    return definition && (await this.#isInPlace(definition)) ? definition : undefined;
  }

  async put(definition: TimerDefinition): Promise<void> {
    const { units, systemctl, runtime } = this.#parts;
    const { name } = definition;
    const isInPlace = await this.#isInPlace(definition);
    this.#known.set(name, definition);
    const { ActiveState } = await systemctl.show(units.unitOf(name, 'timer'), 'ActiveState');
    if (isInPlace && ActiveState === 'active') return;
    const { timer, service, environment } = await this.#texts(definition);
    units.write(this.#environmentFile(name), environment, 0o600);
    units.write(units.unitOf(name, 'service'), service, 0o644);
    units.write(units.unitOf(name, 'timer'), timer, 0o644);
    const lasting = runtime ? ['--runtime'] : [];
    await systemctl.run('link', '--quiet', ...lasting, units.pathOf(units.unitOf(name, 'service')));
    await systemctl.run('enable', '--quiet', ...lasting, units.pathOf(units.unitOf(name, 'timer')));
    await systemctl.run('daemon-reload');
    await systemctl.run('restart', units.unitOf(name, 'timer'));
  }

  async remove(name: string): Promise<void> {
    const { units, systemctl } = this.#parts;
    const [timer, service] = [units.unitOf(name, 'timer'), units.unitOf(name, 'service')];
    this.#known.delete(name);
    const { LoadState } = await systemctl.show(timer, 'LoadState');
    if (LoadState === 'loaded') {
      await systemctl.run('stop', timer);
      await systemctl.disable(timer);
      await systemctl.disable(service);
    }
    for (const file of [timer, service, this.#environmentFile(name)]) units.delete(file);
    await systemctl.run('daemon-reload');
  }

  async close(): Promise<void> {}

  async #isInPlace(definition: TimerDefinition): Promise<boolean> {
    const { units } = this.#parts;
    const { timer, service, environment } = await this.#texts(definition);
    return (
      units.holds(units.unitOf(definition.name, 'timer'), timer) &&
      units.holds(units.unitOf(definition.name, 'service'), service) &&
      units.holds(this.#environmentFile(definition.name), environment)
    );
  }

  async #texts(definition: TimerDefinition): Promise<Texts> {
    const { accounts, units } = this.#parts;
    const name = definition.user ?? accounts.self.name;
    const account = await accounts.findUser(name);
    if (!account) throw failure('ENOUSER', `There is no user ${name} on this machine.`);
    const environmentFile = units.pathOf(this.#environmentFile(definition.name));
    return {
      timer: timerUnit(definition),
      service: timedUnit(definition, { account, environmentFile }),
      environment: environmentText(definition.env, account),
    };
  }

  #environmentFile(name: string): string {
    return `${this.#parts.units.unitOf(name, 'timer')}.env`;
  }
}
