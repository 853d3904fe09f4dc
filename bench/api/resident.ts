import { readFile } from 'node:fs/promises';

/** Megabytes of memory that a process has in use, as the kernel of the system counts them. */
export async function readResident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}
