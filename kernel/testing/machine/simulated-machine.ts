import type { NodePaths } from '@freehold/sdk';
import type { HostDescription } from '../../agent/system/system.ts';
import { boundaries } from '../../agent/system/trust.ts';
import { type Before, type Connection, connect } from './connection.ts';
import { Disk } from './disk.ts';
import { SimulatedAccounts } from './simulated-accounts.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { type Script, SimulatedCommands } from './simulated-commands.ts';
import { SimulatedFiles } from './simulated-files.ts';
import { SimulatedPackages } from './simulated-packages.ts';
import { SimulatedProcesses } from './simulated-processes.ts';
import { type Daemon, SimulatedServices } from './simulated-services.ts';
import { type MachineSnapshot, snapshotOf } from './snapshot.ts';

export interface SimulatedMachineOptions {
  /** The data folder. Default `/var/lib/freehold`. */
  readonly home?: string;
  /** Whom the agent runs as. Default root. */
  readonly agent?: { readonly name: string; readonly uid: number };
  readonly host?: Partial<HostDescription>;
  /** Called before each thing an agent does, with its name, `files.write`. */
  readonly before?: Before;
}

/**
 * A machine in memory that does what the real one does, as far as an agent can tell. Its parts are open to tests, which
 * look at the state of the world here and act on it as people and programs would.
 */
export class SimulatedMachine {
  readonly home: string;
  readonly disk = new Disk();
  readonly clock = new SimulatedClock();
  readonly accounts: SimulatedAccounts;
  readonly commands: SimulatedCommands;
  readonly services = new SimulatedServices();
  readonly processes = new SimulatedProcesses(this.services);
  readonly packages: SimulatedPackages;
  readonly #options: SimulatedMachineOptions;

  constructor(options: SimulatedMachineOptions = {}) {
    const { home = '/var/lib/freehold', agent = { name: 'root', uid: 0 } } = options;
    this.#options = options;
    this.home = home;
    this.accounts = new SimulatedAccounts({ ...agent, gid: agent.uid });
    this.commands = new SimulatedCommands(agent.name);
    this.packages = new SimulatedPackages(agent.uid === 0);
    for (const folder of Object.values(this.paths))
      this.disk.makeFolder(folder, { uid: agent.uid, gid: agent.uid, mode: 0o711 });
    this.disk.makeFolder(`${home}/agent/trash`, { uid: agent.uid, gid: agent.uid, mode: 0o700 });
  }

  /** Becomes what another machine is now, but for what its programs do. */
  copyFrom({ disk, clock, accounts, commands, services, processes, packages }: SimulatedMachine): this {
    this.disk.copyFrom(disk);
    this.clock.set(clock.now());
    refill(this.accounts.users, accounts.users);
    refill(this.accounts.groups, accounts.groups);
    this.commands.runs.splice(0, Number.POSITIVE_INFINITY, ...commands.runs);
    this.services.copyFrom(services);
    refill(this.processes.running, processes.running);
    refill(this.packages.installed, packages.installed);
    for (const unit of packages.masked) this.packages.masked.add(unit);
    return this;
  }

  /** Says what a program does when it is run. */
  script(program: string, script: Script): this {
    this.commands.scripts.set(program, script);
    return this;
  }

  /** Says how a program behaves as a service. */
  daemon(program: string, daemon: Daemon): this {
    this.services.daemons.set(program, daemon);
    return this;
  }

  /** Where things stand on it. */
  get paths(): NodePaths {
    const folder = (name: keyof NodePaths) => `${this.home}/node/${name}`;
    return {
      sites: folder('sites'),
      config: folder('config'),
      run: folder('run'),
      logs: folder('logs'),
      state: folder('state'),
    };
  }

  /** The machine as one agent sees it. */
  connect(): Connection {
    const { accounts, commands, processes, packages, services, clock } = this;
    const rules = { ...boundaries(this.home, `${this.home}/node/sites`), agent: accounts.self.uid };
    const files = new SimulatedFiles(this.disk, rules);
    const host = { describe: async () => ({ ...HOST, ...this.#options.host }) };
    return connect({ files, accounts, commands, processes, packages, services, clock, host }, this.#options.before);
  }

  /** All that an agent could have changed, without what differs from run to run: compares with `toEqual`. */
  snapshot(): MachineSnapshot {
    return snapshotOf(this);
  }
}

const HOST: HostDescription = {
  hostname: 'simulated',
  addresses: ['192.0.2.1'],
  os: { id: 'debian', version: '12', arch: 'x64' },
  cpus: 2,
  memoryBytes: 4_294_967_296,
  ipv6: false,
  diskBytes: 107_374_182_400,
  diskFreeBytes: 53_687_091_200,
};

function refill<Key, Value>(map: Map<Key, Value>, other: ReadonlyMap<Key, Value>): void {
  map.clear();
  for (const [key, value] of other) map.set(key, value);
}
