import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { OwnerKey } from '@freehold/sdk/protocol';
import type { Recorded } from './inventory.ts';

/** Something of an owner that was taken away and not destroyed. */
export interface TrashRecord {
  readonly id: number;
  readonly owner: OwnerKey;
  /** Id of the dataset; empty for what was left over in the owner's folders. */
  readonly dataset: string;
  /** The folder in the trash that holds it. */
  readonly path: string;
  /** Resources below the dataset's folder, which are there as long as it is. */
  readonly carried: readonly Recorded[];
  /** Numbers that the owner's users had when it was taken away, by name. The files in it have them. */
  readonly uids: Readonly<Record<string, number>>;
  /** False as long as it still stands where it was. */
  readonly moved: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export class TrashRecords {
  readonly #ofOwner: StatementSync;
  readonly #before: StatementSync;
  readonly #add: StatementSync;
  readonly #moved: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync) {
    this.#ofOwner = database.prepare('SELECT * FROM trash WHERE owner = ? ORDER BY id DESC');
    this.#before = database.prepare('SELECT * FROM trash WHERE at < ? ORDER BY id');
    this.#add = database.prepare(
      'INSERT INTO trash (owner, dataset, path, manifest, uids, moved, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#moved = database.prepare('UPDATE trash SET moved = 1 WHERE id = ?');
    this.#delete = database.prepare('DELETE FROM trash WHERE id = ?');
  }

  /** Latest first. */
  ofOwner(owner: OwnerKey): TrashRecord[] {
    return this.#ofOwner.all(owner).map(toRecord);
  }

  /** What was taken away before a time, in milliseconds since 1970. */
  before(time: number): TrashRecord[] {
    return this.#before.all(time).map(toRecord);
  }

  add({ owner, dataset, path, carried, uids, moved, at }: Omit<TrashRecord, 'id'>): void {
    this.#add.run(owner, dataset, path, JSON.stringify(carried), JSON.stringify(uids), moved ? 1 : 0, at);
  }

  saveMoved(id: number): void {
    this.#moved.run(id);
  }

  delete(id: number): void {
    this.#delete.run(id);
  }
}

function toRecord(row: Record<string, SQLOutputValue>): TrashRecord {
  return {
    id: Number(row.id),
    owner: row.owner as OwnerKey,
    dataset: String(row.dataset),
    path: String(row.path),
    carried: JSON.parse(String(row.manifest)),
    uids: JSON.parse(String(row.uids)),
    moved: row.moved === 1,
    at: Number(row.at),
  };
}
