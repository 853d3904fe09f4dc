import { failure } from '../failure.ts';
import type { Commands } from '../system.ts';

/** systemctl(1), failing with its own words. */
export class Systemctl {
  readonly #commands: Commands;

  constructor(commands: Commands) {
    this.#commands = commands;
  }

  async run(...args: readonly string[]): Promise<void> {
    const { code, output } = await this.#commands.run({ argv: ['systemctl', ...args], timeout: 400_000 });
    if (code !== 0) throw failure('EUNIT', `systemctl ${args.join(' ')} ended with ${code}: ${output.trim()}`);
  }

  /** Takes away the links to a unit, those that last and those that are gone after a reboot: each needs a call of its own. */
  async disable(unit: string): Promise<void> {
    await this.run('disable', '--quiet', unit);
    await this.run('disable', '--quiet', '--runtime', unit);
  }

  /** Properties of a unit, known or not. */
  async show<Name extends string>(unit: string, ...names: readonly Name[]): Promise<Record<Name, string>> {
    const argv = ['systemctl', 'show', '--property', names.join(','), unit];
    const { stdout } = await this.#commands.run({ argv, timeout: 30_000 });
    const pairs = stdout
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
    const found = new Map(pairs as [string, string][]);
    return Object.fromEntries(names.map((name) => [name, found.get(name) ?? ''])) as Record<Name, string>;
  }
}
