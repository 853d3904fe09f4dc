import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Report } from '@freehold/sdk/protocol';

export interface StoredReport {
  readonly id: number;
  readonly report: Report;
}

/** Reports that the server has not accepted yet and that must not be lost. */
export class Outbox {
  readonly #list: StatementSync;
  readonly #add: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync) {
    this.#list = database.prepare('SELECT * FROM report ORDER BY id LIMIT ?');
    this.#add = database.prepare('INSERT INTO report (body) VALUES (?)');
    this.#delete = database.prepare('DELETE FROM report WHERE id = ?');
  }

  /** Oldest first. */
  list(most: number): StoredReport[] {
    return this.#list.all(most).map((row) => ({ id: Number(row.id), report: JSON.parse(String(row.body)) }));
  }

  add(report: Report): void {
    this.#add.run(JSON.stringify(report));
  }

  delete(ids: readonly number[]): void {
    for (const id of ids) this.#delete.run(id);
  }
}
