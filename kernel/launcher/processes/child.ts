import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { exitCodes, ProblemError } from '../../cli/problem.ts';
import type { Account } from '../account.ts';

export interface ChildOptions {
  /** `server` */
  readonly name: string;
  /** Program and arguments. */
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Left out: the user of this process. */
  readonly account?: Account;
  /** Standard error goes here, standard output too but for JSON lines. */
  readonly logFile: string;
  /** Milliseconds until it must be ready. */
  readonly patience: number;
  readonly signal: AbortSignal;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that runs and is ready. */
export interface RunningProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
}

/** A log that has grown beyond this is put aside when its process starts. */
const LOG_LIMIT = 20 * 1024 * 1024;

/**
 * Starts a process and waits until it says `{"ready":true,…}`. It has a process group of its own, so that the Ctrl-C of
 * a terminal reaches the launcher alone, and the system sends it SIGTERM when the launcher dies.
 */
export async function startChild<Ready extends object>(
  options: ChildOptions,
): Promise<RunningProcess & { ready: Ready }> {
  const { name, argv, env, account, logFile, patience, signal } = options;
  signal.throwIfAborted();
  await putAsideLongLog(logFile);
  const start = await sizeOf(logFile);
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn('setpriv', [...setprivOptions(account), '--', ...argv], {
    cwd: '/',
    env,
    detached: true,
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  const kill = (killSignal: NodeJS.Signals) => void child.kill(killSignal);
  try {
    const ready = await Promise.race([
      readyLine<Ready>(child.stdout as Readable),
      failed,
      exited.then(async (exit) => Promise.reject(await endedEarly(name, exit, { logFile, start }))),
      tooSlow(name, patience, { logFile, start }),
      aborted(signal),
    ]);
    return { pid: child.pid as number, exited, kill, ready };
  } catch (error) {
    kill('SIGTERM');
    const end = setTimeout(kill, 5_000, 'SIGKILL');
    if (child.pid !== undefined) await exited;
    clearTimeout(end);
    throw error;
  }
}

function setprivOptions(account: Account | undefined): string[] {
  const { uid, gid } = account ?? {};
  const identity = account ? ['--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups', '--no-new-privs'] : [];
  return [...identity, '--pdeathsig', 'TERM'];
}

/** Goes on reading for ever, or a process that writes would stand still when the pipe is full. */
function readyLine<Ready>(stdout: Readable): Promise<Ready> {
  return new Promise((resolve) => {
    createInterface({ input: stdout }).on('line', (line) => {
      const value = line.startsWith('{') ? parse(line) : undefined;
      if (value?.ready === true) resolve(value as Ready);
    });
  });
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function endedEarly(name: string, exit: Exit, { logFile, start }: LogPosition): Promise<ProblemError> {
  const words = lastWords(await readFrom(logFile, start));
  return new ProblemError(
    {
      code: `${name}-failed`,
      title: `The ${name} did not start`,
      detail: `The ${name} ended before it was ready (${describeExit(exit)}).${words && `\n${words}`}`,
      remedy: `All it wrote is in ${logFile}.`,
    },
    exitCodes.failed,
  );
}

/** "exit code 1", "killed by SIGKILL" */
export function describeExit({ code, signal }: Exit): string {
  if (code !== null) return `exit code ${code}`;
  return signal ? `killed by ${signal}` : 'killed';
}

/** Where the words of this process begin in its log. */
interface LogPosition {
  readonly logFile: string;
  readonly start: number;
}

/** The last error of a log in JSON lines, the error that a crash printed, or the last lines as they are. */
function lastWords(text: string): string {
  const lines = text.trimEnd().split('\n');
  const errors = lines.map(parse).filter((line) => typeof line?.level === 'number' && line.level >= 50);
  const last = errors.at(-1) as { msg?: string; err?: { message?: string } } | undefined;
  const crash = lines.findLast((line) => /^(?:Uncaught )?\w*Error\b/.test(line));
  const words = last ? [[last.msg, last.err?.message].filter(Boolean).join(': ')] : crash ? [crash] : lines.slice(-8);
  return words.join('\n').replace(/^(?=.)/gm, '    ');
}

async function tooSlow(name: string, patience: number, { logFile, start }: LogPosition): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, patience).unref());
  const words = lastWords(await readFrom(logFile, start));
  throw new ProblemError(
    {
      code: `${name}-slow`,
      title: `The ${name} is not ready`,
      detail: `The ${name} was not ready after ${patience / 1_000} s.${words && `\n${words}`}`,
      remedy: `See what it does in ${logFile}.`,
    },
    exitCodes.failed,
  );
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}

async function putAsideLongLog(logFile: string): Promise<void> {
  if ((await sizeOf(logFile)) > LOG_LIMIT) await rename(logFile, `${logFile}.1`);
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function readFrom(path: string, start: number): Promise<string> {
  const file = await open(path);
  try {
    const length = Math.min(Math.max((await file.stat()).size - start, 0), 65_536);
    const { buffer } = await file.read({ buffer: Buffer.alloc(length), position: (await file.stat()).size - length });
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
}
