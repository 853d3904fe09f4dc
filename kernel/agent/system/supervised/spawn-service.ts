import { spawn } from 'node:child_process';
import { closeSync, readFileSync } from 'node:fs';
import { becoming, findProgram, standardEnvironment } from '../commands.ts';
import { birthOf, bootId } from '../processes.ts';
import type { ServiceLog } from '../service-log.ts';
import type { Accounts, ServiceDefinition } from '../system.ts';
import type { MainProcess } from './main-process.ts';

/**
 * Starts a program in a session of its own, so that neither the end of the agent nor a Ctrl-C in its terminal reaches it.
 * Gives undefined when it cannot be started at all; its log says why.
 */
export async function spawnService(
  { argv, user, env }: ServiceDefinition,
  log: ServiceLog,
  accounts: Accounts,
): Promise<MainProcess | undefined> {
  const [name = '', ...args] = argv;
  const output = log.begin();
  try {
    const program = findProgram(name);
    const account = await accounts.findUser(user ?? accounts.self.name);
    if (!program) return log.say(`There is no program ${name} on this machine.`);
    if (!account) return log.say(`There is no user ${user} on this machine.`);
    const [file, before] =
      account.name === accounts.self.name ? [program, []] : [SETPRIV, [...becoming(account), '--', program]];
    const child = spawn(file, [...before, ...args], {
      cwd: '/',
      env: { ...env, ...standardEnvironment(account) },
      // Once more where programs do not put something else in its place: by it an agent that lost its store knows the process again.
      stdio: ['ignore', output, output, output],
      detached: true,
    });
    child.on('error', (cause) => log.say(cause.message));
    child.unref();
    const birth = child.pid === undefined ? undefined : birthOf(child.pid);
    return child.pid === undefined || birth === undefined ? undefined : { pid: child.pid, birth };
  } finally {
    closeSync(output);
  }
}

const SETPRIV = '/usr/bin/setpriv';

/** Now, in the unit and from the origin of a process's birth in proc(5). Linux reports ticks of 1/100 s to every program. */
export function ticksNow(): { boot: string; ticks: number } {
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return { boot: bootId(), ticks: Math.floor(uptime * 100) };
}
