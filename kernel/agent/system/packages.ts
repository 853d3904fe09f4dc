import { existsSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { findProgram } from './commands.ts';
import { failure, isCode } from './failure.ts';
import type { CommandResult, Commands, Packages } from './system.ts';

const STATUS = '/var/lib/dpkg/status';
const POLICY = '/usr/sbin/policy-rc.d';
const HOLD_BACK = '#!/bin/sh\n# Freehold installs packages and starts their programs itself.\nexit 101\n';
const SYSTEMD = '/run/systemd/system';

/** Debian's packages. */
export class DebianPackages implements Packages {
  readonly canInstall: boolean;
  readonly #commands: Commands;
  #installed = new Map<string, string>();
  #stamp = '';

  constructor(commands: Commands, privileged: boolean) {
    this.#commands = commands;
    this.canInstall = privileged && findProgram('apt-get') !== undefined;
    if (privileged) letDaemonsStart();
  }

  async find(name: string): Promise<string | undefined> {
    this.#refresh();
    return this.#installed.get(name);
  }

  async install(names: readonly string[], progress: (message: string) => void): Promise<CommandResult> {
    const release = holdBackDaemons();
    try {
      progress(`installs ${names.join(', ')}`);
      const first = await this.#apt(['install', ...names]);
      if (first.code === 0 || !/Unable to locate|has no installation candidate|404 +Not Found/.test(first.output))
        return first;
      progress('fetches the lists of packages');
      const update = await this.#apt(['update']);
      return update.code === 0 ? await this.#apt(['install', ...names]) : update;
    } finally {
      release();
    }
  }

  async unmasked(units: readonly string[]): Promise<string[]> {
    if (!existsSync(SYSTEMD)) return [];
    return units.filter((unit) => !isMasked(unit));
  }

  async mask(units: readonly string[]): Promise<void> {
    if (units.length === 0 || !existsSync(SYSTEMD)) return;
    const { code, output } = await this.#commands.run({
      argv: ['systemctl', 'mask', '--now', ...units],
      timeout: 60_000,
    });
    if (code !== 0) throw failure('EUNIT', `${units.join(', ')} could not be masked: ${output.trim()}`);
  }

  /** Goes on when the agent dies: a package that is half configured helps nobody. */
  #apt([verb = '', ...names]: readonly string[]): Promise<CommandResult> {
    const options = [
      '-y',
      '--no-install-recommends',
      '-o',
      'DPkg::Lock::Timeout=300',
      '-o',
      'Dpkg::Options::=--force-confold',
    ];
    return this.#commands.run({
      argv: ['apt-get', verb, ...options, ...names],
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      timeout: 3_600_000,
      outlives: true,
    });
  }

  #refresh(): void {
    const stats = statSync(STATUS, { bigint: true, throwIfNoEntry: false });
    const stamp = stats ? `${stats.ino}:${stats.size}:${stats.ctimeNs}` : '';
    if (stamp === this.#stamp) return;
    this.#installed = stats ? parse(readFileSync(STATUS, 'utf8')) : new Map();
    this.#stamp = stamp;
  }
}

/** deb-control(5) paragraphs. What is only configured, or half installed, is not there. */
function parse(status: string): Map<string, string> {
  const installed = new Map<string, string>();
  for (const paragraph of status.split('\n\n')) {
    if (!/^Status: .* installed$/m.test(paragraph)) continue;
    const name = /^Package: (.+)$/m.exec(paragraph)?.[1];
    const version = /^Version: (.+)$/m.exec(paragraph)?.[1];
    if (name && version) installed.set(name, version);
  }
  return installed;
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

/** Packages ask this program whether they may start their daemons. One that is there already is somebody's wish. */
function holdBackDaemons(): () => void {
  try {
    writeFileSync(POLICY, HOLD_BACK, { mode: 0o755, flag: 'wx' });
    return letDaemonsStart;
  } catch (cause) {
    if (isCode(cause, 'EEXIST')) return () => undefined;
    throw cause;
  }
}

/** Also of an agent that died before it could. */
function letDaemonsStart(): void {
  if (existsSync(POLICY) && readFileSync(POLICY, 'utf8') === HOLD_BACK) rmSync(POLICY, { force: true });
}
