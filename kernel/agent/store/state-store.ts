import { DatabaseSync } from 'node:sqlite';
import type { ServiceRecords } from '../system/service-records.ts';
import { AccountRecords } from './account-records.ts';
import { ActionRecords } from './action-records.ts';
import { FragmentRecords } from './fragment-records.ts';
import { Inventory } from './inventory.ts';
import { Journal } from './journal.ts';
import { Outbox } from './outbox.ts';
import { OwnerRecords } from './owner-records.ts';
import { upgrade } from './schema.ts';
import { SettingRecords } from './setting-records.ts';
import { StoredServices } from './stored-services.ts';
import { TrafficRecords } from './traffic-records.ts';
import { TrashRecords } from './trash-records.ts';

/** All that the agent knows, in one file. Every call is synchronous, so nothing comes between those of one transaction. */
export interface StateStore {
  readonly settings: SettingRecords;
  readonly owners: OwnerRecords;
  readonly inventory: Inventory;
  readonly fragments: FragmentRecords;
  readonly accounts: AccountRecords;
  readonly journal: Journal;
  readonly services: ServiceRecords;
  readonly trash: TrashRecords;
  readonly actions: ActionRecords;
  readonly outbox: Outbox;
  readonly traffic: TrafficRecords;
  /** All or nothing. Not to be nested, and not to be held over an `await`. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/** Opens the store, or makes it. `:memory:` for tests. Fails when another agent has it open. */
export function openStateStore(path: string): StateStore {
  const database = new DatabaseSync(path, { timeout: 5000 });
  // One agent only: the lock is held as long as the connection. FULL: what is committed outlives a loss of power.
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  return stateStoreOn(database);
}

/** The same on a connection that is open, and nobody else's. */
export function stateStoreOn(database: DatabaseSync): StateStore {
  database.exec('PRAGMA foreign_keys = ON');
  upgrade(database);
  return {
    settings: new SettingRecords(database),
    owners: new OwnerRecords(database),
    inventory: new Inventory(database),
    fragments: new FragmentRecords(database),
    accounts: new AccountRecords(database),
    journal: new Journal(database),
    services: new StoredServices(database),
    trash: new TrashRecords(database),
    actions: new ActionRecords(database),
    outbox: new Outbox(database),
    traffic: new TrafficRecords(database),
    transaction: (work) => inTransaction(database, work),
    close: () => database.close(),
  };
}

function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (cause) {
    // A full disk has ended it already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw cause;
  }
}
