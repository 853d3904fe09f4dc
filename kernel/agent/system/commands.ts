import { accessSync, constants } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { Collector } from './output.ts';
import type { CommandResult, CommandRun, Commands, User } from './system.ts';

export const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

export interface CommandAccounts {
  readonly self: { readonly name: string };
  findUser(name: string): Promise<Pick<User, 'name' | 'uid' | 'gid' | 'home'> | undefined>;
}

/** Runs programs of this machine. No shell is involved anywhere. */
export class LinuxCommands implements Commands {
  readonly #accounts: CommandAccounts;

  constructor(accounts: CommandAccounts) {
    this.#accounts = accounts;
  }

  async run(run: CommandRun): Promise<CommandResult> {
    const [name = '', ...args] = run.argv;
    const program = findProgram(name);
    const user = await this.#accounts.findUser(run.user ?? this.#accounts.self.name);
    if (!program) return noSuch(`There is no program ${name} on this machine.`);
    if (!user) return noSuch(`There is no user ${run.user} on this machine.`);
    const switches = user.name === this.#accounts.self.name ? [] : becoming(user);
    return collect(launch(run, user, [...switches, '--', program, ...args]), run);
  }
}

/** The path of a program; undefined when this machine has none of that name that can be executed. */
export function findProgram(name: string): string | undefined {
  const places = name.includes('/') ? [name] : SYSTEM_FOLDERS.map((folder) => `${folder}/${name}`);
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** All groups of the user, and nothing that is left of the agent's own rights. */
export function becoming({ uid, gid }: { uid: number; gid: number }): string[] {
  return ['--reuid', String(uid), '--regid', String(gid), '--init-groups', '--inh-caps=-all'];
}

export function standardEnvironment(user: { name: string; home: string }): Record<string, string> {
  return { PATH: SYSTEM_FOLDERS.join(':'), HOME: user.home, USER: user.name, LANG: 'C.UTF-8' };
}

/** In a process group of its own, which is what a time limit ends. */
function launch(run: CommandRun, user: { name: string; home: string }, args: readonly string[]) {
  const lifetime = run.outlives ? [] : ['--pdeathsig', 'KILL'];
  return execa('/usr/bin/setpriv', [...lifetime, ...args], {
    cwd: run.cwd ?? '/',
    env: { ...run.env, ...standardEnvironment(user) },
    extendEnv: false,
    stdin: run.input ? 'pipe' : 'ignore',
    timeout: Math.ceil(run.timeout),
    cancelSignal: run.signal,
    forceKillAfterDelay: 2000,
    killDescendants: true,
    cleanup: !run.outlives,
    buffer: false,
    reject: false,
  });
}

async function collect(process: ReturnType<typeof launch>, run: CommandRun): Promise<CommandResult> {
  const collector = new Collector();
  process.stderr?.on('data', (chunk: Buffer) => collector.add(chunk));
  if (!run.sink) process.stdout?.on('data', (chunk: Buffer) => collector.addStandard(chunk));
  // A program need not read all it is offered, and what comes of it shows in its exit code.
  const flows = [
    run.sink && process.stdout ? pipeline(process.stdout, run.sink) : undefined,
    run.input && process.stdin ? pipeline(run.input, process.stdin) : undefined,
  ];
  const [{ exitCode, timedOut, originalMessage }] = await Promise.all([process, Promise.allSettled(flows)]);
  if (originalMessage && exitCode === undefined && !timedOut) collector.add(Buffer.from(originalMessage));
  return { code: exitCode ?? null, timedOut, ...collector.result() };
}

function noSuch(message: string): CommandResult {
  return { code: 127, timedOut: false, stdout: '', output: message };
}
