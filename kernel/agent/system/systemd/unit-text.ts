import { escapeValue } from '@freehold/sdk';
import { findProgram, standardEnvironment } from '../commands.ts';
import { failure } from '../failure.ts';
import type { ServiceDefinition, TimerDefinition, User } from '../system.ts';
import { calendarOf } from './calendar.ts';
import { loadAllowance, openFilesLimit } from './open-files.ts';

/** Texts of systemd.unit(5). Every value goes through the SDK's escaping for that syntax. */

export interface Surroundings {
  readonly account: User;
  readonly environmentFile: string;
}

export function serviceUnit(
  definition: ServiceDefinition,
  log: string,
  { account, environmentFile }: Surroundings,
): string {
  return lines([
    '[Unit]',
    `Description=Freehold service ${definition.name}`,
    'StartLimitIntervalSec=0',
    '[Service]',
    // Whether it runs is for the agent to see: it also waits for its addresses, and tells what the program printed.
    'Type=simple',
    `ExecStart=${execLine(definition.argv)}`,
    `User=${account.name}`,
    `EnvironmentFile=${specifierFree(environmentFile)}`,
    'Restart=always',
    'RestartSec=1',
    'KillMode=mixed',
    `KillSignal=${definition.stopSignal}`,
    `TimeoutStopSec=${definition.stopTimeout}ms`,
    `LimitNOFILE=${openFilesLimit(loadAllowance())}`,
    `StandardOutput=append:${specifierFree(log)}`,
    'StandardError=inherit',
    '[Install]',
    'WantedBy=multi-user.target',
  ]);
}

export function timedUnit(definition: TimerDefinition, { account, environmentFile }: Surroundings): string {
  return lines([
    '[Unit]',
    `Description=Freehold timer ${definition.name}`,
    '[Service]',
    'Type=oneshot',
    `ExecStart=${execLine(definition.argv)}`,
    `User=${account.name}`,
    `EnvironmentFile=${specifierFree(environmentFile)}`,
    `WorkingDirectory=${specifierFree(definition.cwd ?? '/')}`,
    `TimeoutStartSec=${definition.timeout}ms`,
  ]);
}

export function timerUnit(definition: TimerDefinition): string {
  return lines([
    '[Unit]',
    `Description=Freehold timer ${definition.name}`,
    '[Timer]',
    ...calendarOf(definition.schedule).map((expression) => `OnCalendar=${expression}`),
    'AccuracySec=1s',
    '[Install]',
    'WantedBy=timers.target',
  ]);
}

/** In a file that only root reads: anybody may ask systemd for the environment that a unit itself names. */
export function environmentText(env: Readonly<Record<string, string>>, account: User): string {
  const all = { ...env, ...standardEnvironment(account) };
  return lines(Object.entries(all).map(([name, value]) => `${name}=${escapeValue('env', value)}`));
}

function execLine([name = '', ...args]: readonly string[]): string {
  const program = findProgram(name);
  if (!program) throw failure('ENOENT', `There is no program ${name} on this machine.`);
  return [program, ...args].map((word) => escapeValue('systemd', word)).join(' ');
}

function specifierFree(path: string): string {
  return path.replaceAll('%', '%%');
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
