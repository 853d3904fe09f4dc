import { constants, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { findProgram } from '../commands.ts';
import { birthOf, familyOf, processIds } from '../processes.ts';
import type { ServiceDefinition } from '../system.ts';

/** A process id means something only together with when the process began. */
export interface MainProcess {
  readonly pid: number;
  readonly birth: string;
}

export function isAlive({ pid, birth }: MainProcess): boolean {
  return birthOf(pid) === birth;
}

/** The main process, if it lives, and what else is in the session it made. */
export function leftOf(main: MainProcess): number[] {
  const owner = birthOf(main.pid);
  // The number is given to another process only when nobody is left in the session of the first.
  if (owner !== undefined && owner !== main.birth) return [];
  return processIds().filter((pid) => familyOf(pid)?.session === main.pid && isLater(birthOf(pid), main.birth));
}

/**
 * The process that an agent was starting when it died, before it could write its id down: one that began in that
 * second, leads a session, and is this program or speaks to this service's log.
 */
export function startedAt(
  starting: { boot: string; ticks: number },
  definition: ServiceDefinition,
  log: string,
): MainProcess | undefined {
  const program = findProgram(definition.argv[0] ?? '');
  for (const pid of processIds()) {
    const birth = birthOf(pid);
    const [boot, ticks] = birth?.split('/') ?? [];
    const delay = Number(ticks) - starting.ticks;
    if (!birth || boot !== starting.boot || delay < -1 || delay > 100) continue;
    if (familyOf(pid)?.session !== pid) continue;
    const traces = ['exe', 'fd/1', 'fd/2'].map((name) => target(`/proc/${pid}/${name}`));
    if (traces.some((trace) => trace === program || trace === log)) return { pid, birth };
  }
  return undefined;
}

/**
 * Main processes that write to a service's log though nobody remembers them: an agent started them that lost its store. They lead a session,
 * and have the handle that every service gets for this.
 */
export function strangersWith(log: string): MainProcess[] {
  const leaders = processIds().filter((pid) => pid !== process.pid && familyOf(pid)?.session === pid);
  return leaders.flatMap((pid) => {
    const birth = writes(pid, log) ? birthOf(pid) : undefined;
    return birth === undefined ? [] : [{ pid, birth }];
  });
}

/** A log that somebody only reads makes nobody a service. */
function writes(pid: number, path: string): boolean {
  const handle = handlesOf(pid).find((candidate) => target(`/proc/${pid}/fd/${candidate}`) === path);
  const flags = handle === undefined ? undefined : /^flags:\s+(\d+)/m.exec(read(`/proc/${pid}/fdinfo/${handle}`));
  return flags ? (Number.parseInt(flags[1] ?? '', 8) & constants.O_WRONLY) !== 0 : false;
}

function handlesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isLater(birth: string | undefined, first: string): boolean {
  const [boot, ticks] = birth?.split('/') ?? [];
  const [firstBoot, firstTicks] = first.split('/');
  return boot === firstBoot && Number(ticks) >= Number(firstTicks);
}

function target(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
