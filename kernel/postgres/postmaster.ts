import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { type Account, asAccount } from './account.ts';

export interface PostmasterOptions {
  readonly program: string;
  readonly data: string;
  readonly account: Account | undefined;
  readonly settings: Readonly<Record<string, string>>;
  /** Gets what it writes to its log. */
  readonly log?: (text: string) => void;
}

export interface Postmaster {
  readonly pid: number;
  /** Exit code, or null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends all sessions and stops. */
  stop(): Promise<void>;
  /** Lets this process end while it runs. */
  unref(): void;
}

/** What it wrote last, when it ended before it was ready. */
export class PostmasterError extends Error {
  override readonly name = 'PostmasterError';
  readonly output: string;

  constructor(output: string) {
    super(`PostgreSQL did not start: ${lastMessages(output)}`);
    this.output = output;
  }
}

/**
 * Starts a postmaster and waits until it accepts connections. It ends by itself when this process dies, however it dies:
 * the system sends it SIGINT, which is its fast shutdown.
 */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const child = spawnPostmaster(options);
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await untilReady(child, exited, options.log);
  return { pid: child.pid ?? 0, exited, stop: () => stop(child, exited), unref: () => unref(child) };
}

function spawnPostmaster({ program, data, account, settings }: PostmasterOptions): ChildProcess {
  const [command, args] = asAccount(account, '--pdeathsig', 'INT');
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return spawn(command, [...args, program, '-D', data, ...flags], {
    cwd: '/',
    env: { LANG: 'C.UTF-8', PATH: '/usr/bin:/bin' },
    // In a process group of its own: the Ctrl-C of a terminal is for whoever started us, who stops us when it is our turn.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** It says on its log when it is ready, after however long a recovery it needs. */
function untilReady(child: ChildProcess, exited: Promise<unknown>, log?: (text: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    let ready = false;
    child.once('error', reject);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log?.(text);
      if (ready) return;
      output = (output + text).slice(-16_384);
      ready = output.includes('database system is ready to accept connections');
      if (ready) resolve();
    });
    void exited.then(() => reject(new PostmasterError(output)));
  });
}

async function stop(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  const escalate = [setTimeout(() => child.kill('SIGQUIT'), 15_000), setTimeout(() => child.kill('SIGKILL'), 20_000)];
  child.kill('SIGINT');
  await exited;
  for (const timer of escalate) clearTimeout(timer);
}

function unref(child: ChildProcess): void {
  child.unref();
  (child.stderr as Socket | null)?.unref();
}

/** Its last lines without their times: what is wrong stands before "contains errors". */
function lastMessages(output: string): string {
  const lines = output.trim().split('\n').slice(-3);
  return lines.map((line) => line.replace(/^.*?\] (?:LOG|FATAL|PANIC|ERROR): +/, '')).join('. ') || 'it wrote nothing';
}
