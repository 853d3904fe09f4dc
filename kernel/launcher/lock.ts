import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from './home.ts';

/** Held until it is released, or its process ends. */
export interface Lock {
  release(): void;
}

/** Takes the installation for this process; undefined when another launcher has it. */
export function takeLock(home: Home): Lock | undefined {
  return takeLockAt(join(home.launcher, 'lock.db'));
}

/** Takes a lock that others have for a while only, when its turn has come. */
export async function awaitLockAt(path: string, stop: AbortSignal): Promise<Lock> {
  for (;;) {
    const lock = takeLockAt(path);
    if (lock) return lock;
    await delay(100, undefined, { signal: stop });
  }
}

/**
 * The lock is the system's, by way of SQLite: it goes when its process does, however that ends, so there is no such thing
 * as a stale one.
 */
function takeLockAt(path: string): Lock | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    const { errcode } = error as { errcode?: number };
    if (errcode === 5) return undefined;
    throw error;
  }
}
