import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHECKOUT } from '../installation/settings.ts';
import { RemoteAgent } from './remote-agent.ts';

/** A real systemd as process 1 of namespaces of its own, on the files of this machine. Needs root. */
export class SystemdMachine {
  readonly #process: ChildProcess;
  readonly #systemd: number;

  private constructor(process: ChildProcess, systemd: number) {
    this.#process = process;
    this.#systemd = systemd;
  }

  /** @throws Error with the words of what this machine does not allow. */
  static async start(): Promise<SystemdMachine> {
    const env = { ...process.env, KEPT: [CHECKOUT, dirname(process.execPath)].join(':') };
    const script = spawn('sh', [join(import.meta.dirname, 'machine.sh')], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const words = text(script.stderr);
    const [line] = await Promise.race([
      once(createInterface(script.stdout), 'line'),
      once(script, 'exit').then(() => []),
    ]);
    const machine = line && (await awaitSystemd(script, Number(line)));
    if (machine) return machine;
    script.stdin.end();
    throw new Error(`This machine does not let systemd run in namespaces of its own: ${(await words).trim()}`);
  }

  /** Runs a program on the machine and gives what it printed, whatever its exit code. */
  run(...argv: readonly string[]): string {
    try {
      return execFileSync('nsenter', this.#enter(argv), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (cause) {
      return cause instanceof Error && 'stdout' in cause ? String(cause.stdout) : '';
    }
  }

  /** Starts an agent on the machine, with this data folder. */
  agent(home: string): RemoteAgent {
    const script = join(import.meta.dirname, 'inside.ts');
    const argv = [process.execPath, '--disable-warning=ExperimentalWarning', script, home];
    return new RemoteAgent(spawn('nsenter', this.#enter(argv), { stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  /** Ends it with all that runs on it. It ends by itself, too, when this process does. */
  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit');
    this.#process.stdin?.end();
    await exit;
  }

  static of(process: ChildProcess, systemd: number): SystemdMachine {
    return new SystemdMachine(process, systemd);
  }

  #enter(argv: readonly string[]): string[] {
    return ['--target', String(this.#systemd), '--pid', '--mount', '--cgroup', '--', ...argv];
  }
}

/** Undefined when the namespaces end before, or systemd takes too long. `outer` is the process outside of them. */
async function awaitSystemd(script: ChildProcess, outer: number): Promise<SystemdMachine | undefined> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const children = read(`/proc/${outer}/task/${outer}/children`);
    if (children === undefined) return undefined;
    const machine = SystemdMachine.of(script, Number(children.split(' ')[0]));
    if (children && machine.run('systemctl', 'is-system-running').trim() === 'running') return machine;
    await sleep(50);
  }
  return undefined;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
