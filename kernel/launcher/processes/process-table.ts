import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process, told from a later one that got the same pid. */
export interface ProcessId {
  readonly pid: number;
  /** Ticks from the boot of the system to its start; with the pid it names a process within one boot. */
  readonly startTime: number;
}

/** The process that has a pid now; undefined when there is none, or only a dead one that nobody collected. */
export function findProcess(pid: number): ProcessId | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything, blanks and parentheses too.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], Number(fields[19])];
  if (stat === '' || state === 'Z' || state === 'X') return undefined;
  return { pid, startTime };
}

export function isAlive({ pid, startTime }: ProcessId): boolean {
  return findProcess(pid)?.startTime === startTime;
}

/** Sends a signal, but never to another process with the same pid. False when it is gone. */
export function signalProcess(process_: ProcessId, signal: NodeJS.Signals): boolean {
  if (!isAlive(process_)) return false;
  try {
    return process.kill(process_.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** The command line, its parts separated by blanks; empty for a process of the kernel. */
export function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

export function listPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Inodes of the sockets a process has open; empty when it belongs to another user. */
export function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const match = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${fd}`));
      return match?.[1] ? [match[1]] : [];
    });
  } catch {
    return [];
  }
}

/** Names this boot of the system: start times of another one mean nothing. */
export function bootId(): string {
  return read('/proc/sys/kernel/random/boot_id').trim();
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
