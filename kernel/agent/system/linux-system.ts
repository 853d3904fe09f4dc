import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { LinuxAccounts } from './accounts.ts';
import { AgentTimers } from './agent-timers.ts';
import { LinuxClock } from './clock.ts';
import { LinuxCommands } from './commands.ts';
import { LinuxFiles } from './files.ts';
import { fingerprint } from './fingerprint.ts';
import { LinuxHost } from './host.ts';
import { DebianPackages } from './packages.ts';
import { LinuxProcesses } from './processes.ts';
import type { ServiceRecords } from './service-records.ts';
import { SupervisedServices } from './supervised/supervised-services.ts';
import type { Accounts, System } from './system.ts';
import { Systemctl } from './systemd/systemctl.ts';
import { SystemdServices } from './systemd/systemd-services.ts';
import { SystemdTimers } from './systemd/systemd-timers.ts';
import { UnitFiles } from './systemd/unit-files.ts';
import { boundaries } from './trust.ts';

export interface LinuxSystemParts {
  /** The data folder, and the folder of the sites in it. */
  readonly home: string;
  readonly sites: string;
  /** The folder of the services' own logs. */
  readonly logs: string;
  readonly records: ServiceRecords;
  /** Whether units are gone after a reboot. */
  readonly runtime: boolean;
  readonly timerFailed: (name: string, message: string) => void;
}

/** This machine. */
export function linuxSystem(parts: LinuxSystemParts): System {
  const { uid, gid, username } = userInfo();
  const self = { name: username, uid, gid };
  // The tools that change accounts are commands, and commands run as accounts.
  const commands: LinuxCommands = new LinuxCommands({ self, findUser: (name) => accounts.findUser(name) });
  const accounts = new LinuxAccounts(self, commands);
  return {
    accounts,
    commands,
    files: new LinuxFiles({ ...boundaries(parts.home, parts.sites), agent: uid }, commands),
    processes: new LinuxProcesses(),
    packages: new DebianPackages(commands, uid === 0),
    clock: new LinuxClock(),
    host: new LinuxHost(),
    ...(uid === 0 && existsSync('/run/systemd/system')
      ? underSystemd(parts, accounts, commands)
      : underAgent(parts, accounts, commands)),
  };
}

function underSystemd(parts: LinuxSystemParts, accounts: Accounts, commands: LinuxCommands) {
  const systemctl = new Systemctl(commands);
  const units = new UnitFiles(`${parts.home}/agent/units`, `freehold-${fingerprint(parts.home).slice(0, 8)}`);
  return {
    services: new SystemdServices({ ...parts, systemctl, units, accounts }),
    timers: new SystemdTimers({ ...parts, systemctl, units, accounts }),
  };
}

function underAgent(parts: LinuxSystemParts, accounts: Accounts, commands: LinuxCommands) {
  const clock = new LinuxClock();
  return {
    services: new SupervisedServices({ ...parts, accounts, clock }),
    timers: new AgentTimers({ clock, commands, failed: parts.timerFailed }),
  };
}
