import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Home } from './home.ts';

/** Held by the launcher of an installation as long as it lives. */
export interface Lock {
  release(): void;
}

/**
 * Takes the installation for this process; undefined when another launcher has it. The lock is the system's, by way of
 * SQLite: it goes when its process does, however that ends, so there is no such thing as a stale one.
 */
export function takeLock(home: Home): Lock | undefined {
  const database = new DatabaseSync(join(home.launcher, 'lock.db'), { timeout: 0 });
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
