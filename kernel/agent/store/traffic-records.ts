import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OwnerKey } from '@freehold/sdk/protocol';

/** How far a log was counted. */
export interface LogMark {
  readonly inode: string;
  /** Bytes from the beginning of the file. */
  readonly position: number;
}

/** What the logs of the owners say that was sent and received. */
export class TrafficRecords {
  readonly #find: StatementSync;
  readonly #save: StatementSync;
  readonly #add: StatementSync;
  readonly #list: StatementSync;
  readonly #forget: readonly StatementSync[];

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT inode, position FROM traffic_log WHERE owner = ? AND key = ?');
    this.#save = database.prepare(
      'INSERT OR REPLACE INTO traffic_log (owner, key, inode, position) VALUES (?, ?, ?, ?)',
    );
    this.#add = database.prepare(
      `INSERT INTO traffic (owner, bytes) VALUES (?, ?) ON CONFLICT (owner) DO UPDATE SET bytes = bytes + excluded.bytes`,
    );
    this.#list = database.prepare('SELECT owner, bytes FROM traffic ORDER BY owner');
    this.#forget = ['traffic', 'traffic_log'].map((table) =>
      database.prepare(
        `DELETE FROM ${table} WHERE owner NOT IN (SELECT owner FROM owner) AND owner NOT IN (SELECT owner FROM trash)`,
      ),
    );
  }

  find(owner: OwnerKey, key: string): LogMark | undefined {
    const row = this.#find.get(owner, key);
    return row && { inode: String(row.inode), position: Number(row.position) };
  }

  save(owner: OwnerKey, key: string, { inode, position }: LogMark): void {
    this.#save.run(owner, key, inode, position);
  }

  add(owner: OwnerKey, bytes: number): void {
    this.#add.run(owner, bytes);
  }

  /** All bytes of each owner that were ever counted. */
  totals(): Map<OwnerKey, number> {
    return new Map(this.#list.all().map(({ owner, bytes }) => [owner as OwnerKey, Number(bytes)]));
  }

  /** Owners that are gone for good. */
  forgetGone(): void {
    for (const statement of this.#forget) statement.run();
  }
}
