import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Ends a postmaster that still serves this data folder because the process that started it was killed. Its lock file
 * outlives it, and the kernel may have given its pid to another process: only one that works in the folder is signalled.
 */
export async function endOrphan(data: string, patience = 5_000): Promise<void> {
  const pid = Number((await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  for (const [signal, wait] of [
    ['SIGINT', patience],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 2_000],
  ] as const) {
    if (!(await isPostmasterOf(data, pid))) return;
    process.kill(pid, signal);
    const deadline = Date.now() + wait;
    while (Date.now() < deadline && (await isPostmasterOf(data, pid))) await delay(20);
  }
}

/** A postmaster changes into its data folder when it starts. */
async function isPostmasterOf(data: string, pid: number): Promise<boolean> {
  const [cwd, command] = await Promise.all([
    readlink(`/proc/${pid}/cwd`).catch(() => ''),
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
  ]);
  return cwd === data && command.includes('postgres');
}
