import { readlinkSync } from 'node:fs';
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
