import type { CommandResult, Packages } from '../../agent/system/system.ts';

/** Debian packages of a simulated machine. Every name can be installed unless {@link SimulatedPackages.unknown} has it. */
export class SimulatedPackages implements Packages {
  readonly canInstall: boolean;
  /** Version by name. */
  readonly installed = new Map<string, string>();
  readonly unknown = new Set<string>();
  /** The units that each package brings when it is installed. */
  readonly brings = new Map<string, readonly string[]>();
  /** Units by name, with the process id of those that run. */
  readonly present = new Map<string, number | undefined>();
  readonly masked = new Set<string>();
  /** Called for each package that gets installed: puts its programs and files there. */
  onInstall: (name: string) => void = () => undefined;

  constructor(canInstall: boolean) {
    this.canInstall = canInstall;
  }

  async find(name: string): Promise<string | undefined> {
    return this.installed.get(name);
  }

  async install(names: readonly string[], progress: (message: string) => void): Promise<CommandResult> {
    progress(`installs ${names.join(', ')}`);
    const unknown = names.find((name) => this.unknown.has(name));
    if (unknown) return { code: 100, timedOut: false, stdout: '', output: `E: Unable to locate package ${unknown}` };
    for (const name of names) {
      this.installed.set(name, '1.0-1');
      for (const unit of this.brings.get(name) ?? []) this.present.set(unit, undefined);
      this.onInstall(name);
    }
    return { code: 0, timedOut: false, stdout: '', output: '' };
  }

  async isBusy(): Promise<boolean> {
    return false;
  }

  async units(): Promise<ReadonlySet<string>> {
    return new Set(this.present.keys());
  }

  async running(units: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const pids = units.map((unit) => [unit, this.present.get(unit)] as const);
    return new Map(pids.filter((pair): pair is [string, number] => pair[1] !== undefined));
  }

  async unmasked(units: readonly string[]): Promise<string[]> {
    return units.filter((unit) => !this.masked.has(unit));
  }

  async mask(units: readonly string[]): Promise<void> {
    for (const unit of units) {
      this.masked.add(unit);
      this.present.set(unit, undefined);
    }
  }
}
