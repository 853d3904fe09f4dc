import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OwnerKey } from '@freehold/sdk/protocol';

/** Numbers of unix users that belong to an owner, also while the owner is in the trash. */
export class AccountRecords {
  readonly #find: StatementSync;
  readonly #ofOwner: StatementSync;
  readonly #taken: StatementSync;
  readonly #reserve: StatementSync;
  readonly #release: StatementSync;
  readonly #releaseAll: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT uid FROM account WHERE owner = ? AND name = ?');
    this.#ofOwner = database.prepare('SELECT name, uid FROM account WHERE owner = ?');
    this.#taken = database.prepare(
      `SELECT 1 FROM account WHERE uid = :uid
       UNION ALL SELECT 1 FROM trash, json_each(trash.uids) AS former WHERE former.value = :uid`,
    );
    this.#reserve = database.prepare('INSERT OR REPLACE INTO account (uid, name, owner) VALUES (?, ?, ?)');
    this.#release = database.prepare('DELETE FROM account WHERE owner = ? AND name = ?');
    this.#releaseAll = database.prepare('DELETE FROM account WHERE owner = ?');
  }

  find(owner: OwnerKey, name: string): number | undefined {
    const uid = this.#find.get(owner, name)?.uid;
    return uid === undefined ? undefined : Number(uid);
  }

  /** By name. */
  ofOwner(owner: OwnerKey): Record<string, number> {
    return Object.fromEntries(this.#ofOwner.all(owner).map(({ name, uid }) => [String(name), Number(uid)]));
  }

  /** Whether a user has it, or files in the trash do. */
  isReserved(uid: number): boolean {
    return this.#taken.get({ uid }) !== undefined;
  }

  reserve(uid: number, name: string, owner: OwnerKey): void {
    this.#reserve.run(uid, name, owner);
  }

  release(owner: OwnerKey, name: string): void {
    this.#release.run(owner, name);
  }

  releaseAll(owner: OwnerKey): void {
    this.#releaseAll.run(owner);
  }
}
