import { existsSync } from 'node:fs';
import type { Home } from '../home.ts';
import { commandOf, findProcess, listPids, type ProcessId, signalProcess } from './process-table.ts';

/** Processes that work in the node's folder: nginx and php-fpm say in their command line which configuration they have. */
export function findStrays(home: Home): ProcessId[] {
  const pids = listPids().filter((pid) => commandOf(pid).includes(`${home.node}/`));
  return pids.flatMap((pid) => findProcess(pid) ?? []);
}

/** Ends the services of an agent that was not given the time to end them itself. Those of systemd are systemd's. */
export function endStrays(home: Home): void {
  if (existsSync('/run/systemd/system')) return;
  for (const stray of findStrays(home)) signalProcess(stray, 'SIGTERM');
}
