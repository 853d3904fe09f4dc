import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { OwnerKey } from '@freehold/sdk/protocol';

/** What was last applied for an owner, besides its resources. */
export interface OwnerRecord {
  readonly owner: OwnerKey;
  readonly title: string;
  readonly user?: string;
  readonly revision: number;
  readonly generation: number;
  /** Kept to put back a secret file that somebody changed. The store is readable by root only, like the file. */
  readonly secrets: Readonly<Record<string, string>>;
}

export class OwnerRecords {
  readonly #find: StatementSync;
  readonly #list: StatementSync;
  readonly #save: StatementSync;
  readonly #delete: StatementSync;
  readonly #findReported: StatementSync;
  readonly #saveReported: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT * FROM owner WHERE owner = ?');
    this.#list = database.prepare('SELECT * FROM owner ORDER BY sequence');
    this.#save = database.prepare(
      `INSERT INTO owner (owner, title, user, revision, generation, secrets) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (owner) DO UPDATE SET title = excluded.title, user = excluded.user, revision = excluded.revision,
       generation = excluded.generation, secrets = excluded.secrets`,
    );
    this.#delete = database.prepare('DELETE FROM owner WHERE owner = ?');
    this.#findReported = database.prepare('SELECT reported FROM owner WHERE owner = ?');
    this.#saveReported = database.prepare('UPDATE owner SET reported = ? WHERE owner = ?');
  }

  find(owner: OwnerKey): OwnerRecord | undefined {
    const row = this.#find.get(owner);
    return row && toRecord(row);
  }

  /** In the order in which they first came. */
  list(): OwnerRecord[] {
    return this.#list.all().map(toRecord);
  }

  save({ owner, title, user, revision, generation, secrets }: OwnerRecord): void {
    this.#save.run(owner, title, user ?? null, revision, generation, JSON.stringify(secrets));
  }

  delete(owner: OwnerKey): void {
    this.#delete.run(owner);
  }

  /** A fingerprint of the drift and the observations that the server was last told. */
  findReported(owner: OwnerKey): string | undefined {
    const reported = this.#findReported.get(owner)?.reported;
    return typeof reported === 'string' ? reported : undefined;
  }

  saveReported(owner: OwnerKey, fingerprint: string): void {
    this.#saveReported.run(fingerprint, owner);
  }
}

function toRecord(row: Record<string, SQLOutputValue>): OwnerRecord {
  return {
    owner: row.owner as OwnerKey,
    title: String(row.title),
    user: row.user === null ? undefined : String(row.user),
    revision: Number(row.revision),
    generation: Number(row.generation),
    secrets: JSON.parse(String(row.secrets)),
  };
}
