import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { OwnerKey } from '@freehold/sdk/protocol';

/** One part of a file that several owners share. */
export interface FragmentPart {
  readonly path: string;
  readonly key: string;
  readonly owner: OwnerKey;
  readonly content: string;
}

export class FragmentRecords {
  readonly #ofPath: StatementSync;
  readonly #find: StatementSync;
  readonly #save: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync) {
    this.#ofPath = database.prepare('SELECT * FROM fragment WHERE path = ? ORDER BY key');
    this.#find = database.prepare('SELECT * FROM fragment WHERE path = ? AND key = ?');
    this.#save = database.prepare('INSERT OR REPLACE INTO fragment (path, key, owner, content) VALUES (?, ?, ?, ?)');
    this.#delete = database.prepare('DELETE FROM fragment WHERE path = ? AND key = ?');
  }

  /** In the order in which they stand in the file. */
  ofPath(path: string): FragmentPart[] {
    return this.#ofPath.all(path) as unknown as FragmentPart[];
  }

  find(path: string, key: string): FragmentPart | undefined {
    return this.#find.get(path, key) as unknown as FragmentPart | undefined;
  }

  save({ path, key, owner, content }: FragmentPart): void {
    this.#save.run(path, key, owner, content);
  }

  delete(path: string, key: string): void {
    this.#delete.run(path, key);
  }
}
