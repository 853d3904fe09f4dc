import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from '../home.ts';
import { commandOf, findProcess, isAlive, listPids, type ProcessId, signalProcess } from './process-table.ts';

/** Milliseconds that they may take to end. */
const PATIENCE = 5_000;

/** Processes that work in the node's folder: nginx and php-fpm say in their command line which configuration they have. */
export function findStrays(home: Home): ProcessId[] {
  const pids = listPids().filter((pid) => commandOf(pid).includes(`${home.node}/`));
  return pids.flatMap((pid) => findProcess(pid) ?? []);
}

/** Ends the services of an agent that could not end them itself, and returns when they have. Those of systemd are systemd's. */
export async function endStrays(home: Home): Promise<void> {
  if (existsSync('/run/systemd/system')) return;
  const strays = findStrays(home);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const stray of strays) signalProcess(stray, signal);
    for (const deadline = Date.now() + PATIENCE; strays.some(isAlive) && Date.now() < deadline; ) await delay(20);
  }
}
