import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { findProgram } from './commands.ts';
import { DebianUnits } from './debian-units.ts';
import { isCode } from './failure.ts';
import type { CommandResult, Commands, Packages } from './system.ts';

const STATUS = '/var/lib/dpkg/status';
const POLICY = '/usr/sbin/policy-rc.d';
const HOLD_BACK = '#!/bin/sh\n# Freehold installs packages and starts their programs itself.\nexit 101\n';
/** Held as long as a program changes packages. */
const LOCK = '/var/lib/dpkg/lock-frontend';

/** Debian's packages. */
export class DebianPackages extends DebianUnits implements Packages {
  readonly canInstall: boolean;
  readonly #commands: Commands;
  #installed = new Map<string, string>();
  #stamp = '';
  #installing = 0;
  /** Whether the policy may have been left: by an agent that died, or for another one that installs. */
  #isLeftOver: boolean;

  constructor(commands: Commands, privileged: boolean) {
    super(commands);
    this.#commands = commands;
    this.canInstall = privileged && findProgram('apt-get') !== undefined;
    this.#isLeftOver = this.canInstall;
  }

  async find(name: string): Promise<string | undefined> {
    if (this.#isLeftOver && this.#installing === 0) await this.#letDaemonsStart();
    this.#refresh();
    return this.#installed.get(name);
  }

  async install(names: readonly string[], progress: (message: string) => void): Promise<CommandResult> {
    this.#installing++;
    holdBackDaemons();
    try {
      progress(`installs ${names.join(', ')}`);
      const first = await this.#apt(['install', ...names]);
      if (first.code === 0 || !/Unable to locate|has no installation candidate|404 +Not Found/.test(first.output))
        return first;
      progress('fetches the lists of packages');
      const update = await this.#apt(['update']);
      return update.code === 0 ? await this.#apt(['install', ...names]) : update;
    } finally {
      this.#installing--;
      await this.#letDaemonsStart();
    }
  }

  async isBusy(): Promise<boolean> {
    const lock = statSync(LOCK, { throwIfNoEntry: false });
    return lock !== undefined && readFileSync('/proc/locks', 'utf8').includes(`:${lock.ino} `);
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

  /** What an agent began goes on when it dies, and another one may install too: as long as somebody does, the policy stays. */
  async #letDaemonsStart(): Promise<void> {
    this.#isLeftOver = this.#installing > 0 || (await this.isBusy());
    if (this.#isLeftOver || !existsSync(POLICY)) return;
    if (readFileSync(POLICY, 'utf8') === HOLD_BACK) rmSync(POLICY, { force: true });
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

/** Packages ask this program whether they may start their daemons. One that is there already is somebody's wish. */
function holdBackDaemons(): void {
  try {
    writeFileSync(POLICY, HOLD_BACK, { mode: 0o755, flag: 'wx' });
  } catch (cause) {
    if (!isCode(cause, 'EEXIST')) throw cause;
  }
}
