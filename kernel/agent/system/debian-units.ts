import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { failure, isCode } from './failure.ts';
import type { Commands, Packages } from './system.ts';

const SYSTEMD = '/run/systemd/system';
/** Where packages put their units. */
const UNITS = '/lib/systemd/system';

/** Units of systemd that packages brought. */
export class DebianUnits implements Pick<Packages, 'units' | 'running' | 'unmasked' | 'mask'> {
  readonly #commands: Commands;

  constructor(commands: Commands) {
    this.#commands = commands;
  }

  async units(): Promise<ReadonlySet<string>> {
    return new Set(existsSync(UNITS) ? readdirSync(UNITS) : []);
  }

  async running(units: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (units.length === 0 || !existsSync(SYSTEMD)) return new Map();
    const argv = ['systemctl', 'show', '--property', 'Id,MainPID', '--', ...units];
    const { stdout } = await this.#commands.run({ argv, timeout: 30_000 });
    const all = stdout.split('\n\n').map((text) => [property('Id', text), Number(property('MainPID', text))] as const);
    return new Map(all.filter(([, pid]) => pid > 0));
  }

  async unmasked(units: readonly string[]): Promise<string[]> {
    if (!existsSync(SYSTEMD)) return [];
    return units.filter((unit) => !isMasked(unit));
  }

  async mask(units: readonly string[]): Promise<void> {
    if (units.length === 0 || !existsSync(SYSTEMD)) return;
    const argv = ['systemctl', 'mask', '--now', ...units];
    const { code, output } = await this.#commands.run({ argv, timeout: 60_000 });
    if (code !== 0) throw failure('EUNIT', `${units.join(', ')} could not be masked: ${output.trim()}`);
  }
}

function property(name: string, text: string): string {
  return new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';
}

/** What systemctl(1) mask leaves. */
function isMasked(unit: string): boolean {
  try {
    return readlinkSync(`/etc/systemd/system/${unit}`) === '/dev/null';
  } catch (cause) {
    if (isCode(cause, 'ENOENT', 'EINVAL')) return false;
    throw cause;
  }
}
