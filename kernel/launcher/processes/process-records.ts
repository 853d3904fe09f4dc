import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from '../home.ts';
import { readJsonFile, writeJsonFile } from '../json-file.ts';
import { bootId, commandOf, findProcess, isAlive, type ProcessId, signalProcess } from './process-table.ts';

export interface NamedProcess extends ProcessId {
  readonly name: string;
}

interface RecordFile {
  readonly boot: string;
  readonly processes: readonly NamedProcess[];
}

/** Which processes belong to an installation, on disk, so that the next start finds those of a launcher that was killed. */
export class ProcessRecords {
  readonly #path: string;
  #processes: readonly NamedProcess[] = [];

  constructor(home: Home) {
    this.#path = join(home.launcher, 'processes.json');
  }

  /** Notes that a process of this name runs now; undefined: none does. */
  async record(name: string, pid: number | undefined): Promise<void> {
    const found = pid === undefined ? undefined : findProcess(pid);
    const others = this.#processes.filter((process) => process.name !== name);
    this.#processes = found ? [...others, { name, ...found }] : others;
    await writeJsonFile(this.#path, { boot: bootId(), processes: this.#processes } satisfies RecordFile);
  }

  /** Recorded processes that are still there. */
  async findAlive(): Promise<readonly NamedProcess[]> {
    const file = await readJsonFile<RecordFile>(this.#path);
    if (!file || file.boot !== bootId() || !Array.isArray(file.processes)) return [];
    return file.processes.filter(isAlive);
  }
}

/** The agent first, since it may be in the middle of a change that the others are needed for. */
const ORDER = ['launcher', 'agent', 'server', 'postgres'];
/** The system told them to end when their launcher died; they get this long to do so. */
const PATIENCE = 15_000;

/**
 * Ends what a launcher left behind that was killed. Its children were told to end by the system; those that do not are
 * asked again and then ended.
 */
export async function endLeftovers(
  leftovers: readonly NamedProcess[],
  { tell, patience = PATIENCE }: { tell: (text: string) => void; patience?: number },
): Promise<void> {
  const sorted = [...leftovers].sort((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
  for (const leftover of sorted) {
    tell(`waiting for ${leftover.name} (process ${leftover.pid}) of the last start to end`);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (!signalProcess(leftover, signal)) break;
      const deadline = Date.now() + patience;
      while (isAlive(leftover) && Date.now() < deadline) await delay(20);
    }
  }
}

/** Who it is, for messages: "process 123 (nginx: master process …)". */
export function describeProcess(pid: number): string {
  const command = commandOf(pid);
  return `process ${pid}${command ? ` (${command.length > 80 ? `${command.slice(0, 79)}…` : command})` : ''}`;
}
