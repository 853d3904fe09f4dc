import { type ChildProcess, spawn } from 'node:child_process';
import { on } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface RunOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Left out: the user of this process. */
  readonly user?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program that a person started in a terminal of its own: a Ctrl-C reaches everything in its process group. */
export class ProgramRun {
  readonly pid: number;
  /** When it has ended, and all it wrote was read. */
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';
  readonly #child: ChildProcess;

  constructor(argv: readonly string[], { cwd, env, user }: RunOptions) {
    const identity = user === undefined ? [] : ['--reuid', user, '--regid', user, '--init-groups'];
    // Should this test be killed, the program is told to end.
    const child = spawn('setpriv', [...identity, '--pdeathsig', 'TERM', '--', ...argv], {
      ...(cwd ? { cwd } : {}),
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.pid = child.pid ?? 0;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Standard output line by line, as it comes. */
  async *lines(): AsyncGenerator<string> {
    const reader = createInterface({ input: this.#child.stdout as Readable });
    for await (const [line] of on(reader, 'line', { close: ['close'] })) yield line;
  }

  /** As Ctrl-C in a terminal does: to the whole group in the foreground. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
