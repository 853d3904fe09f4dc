import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** A real systemd as process 1 of namespaces of its own, on the files of this machine. Needs root. */
export class SystemdMachine {
  readonly #process: ChildProcess;
  readonly #pid: number;

  private constructor(process: ChildProcess, pid: number) {
    this.#process = process;
    this.#pid = pid;
  }

  static async start(): Promise<SystemdMachine> {
    const namespaces = ['--pid', '--mount-proc', '--mount', '--cgroup', '--uts', '--ipc'];
    const script = join(import.meta.dirname, 'machine.sh');
    const unshare = spawn('unshare', ['--fork', '--kill-child', ...namespaces, 'sh', script], { stdio: 'ignore' });
    for (let attempt = 0; attempt < 300; attempt++) {
      await sleep(100);
      const pid = Number(read(`/proc/${unshare.pid}/task/${unshare.pid}/children`).split(' ')[0]);
      const machine = new SystemdMachine(unshare, pid);
      if (pid && machine.run('systemctl', 'is-system-running').trim() === 'running') return machine;
    }
    unshare.kill();
    throw new Error('systemd did not come up within 30 seconds');
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
    const argv = [
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'inside.ts'),
      home,
    ];
    return new RemoteAgent(spawn('nsenter', this.#enter(argv), { stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  async stop(): Promise<void> {
    this.#process.kill();
    await new Promise((resolve) => this.#process.once('exit', resolve));
    // The systemd of a control group version 1 leaves the hierarchy of the whole machine read-only.
    execFileSync('mount', ['-o', 'remount,rw', '/sys/fs/cgroup'], { stdio: 'ignore' });
  }

  #enter(argv: readonly string[]): string[] {
    return ['--target', String(this.#pid), '--pid', '--mount', '--cgroup', '--', ...argv];
  }
}

/** An engine in another process: asked by lines of JSON, and answering by them. */
export class RemoteAgent {
  readonly #process: ChildProcess;
  readonly #lines: Interface;

  constructor(process: ChildProcess) {
    this.#process = process;
    this.#lines = createInterface({ input: process.stdout as NodeJS.ReadableStream });
  }

  // biome-ignore lint/suspicious/noExplicitAny: what comes back is compared with what is expected, whatever it is.
  async ask(method: string, ...args: readonly unknown[]): Promise<any> {
    const answer = new Promise<string>((resolve) => this.#lines.once('line', resolve));
    this.#process.stdin?.write(`${JSON.stringify({ method, args })}\n`);
    const { result, error } = JSON.parse(await answer);
    if (error) throw new Error(error);
    return result;
  }

  async end(): Promise<void> {
    this.#process.stdin?.end();
    await new Promise((resolve) => this.#process.once('exit', resolve));
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
