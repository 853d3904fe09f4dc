import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ActedReport } from '@freehold/sdk/protocol';

/** Actions that were begun, so that none is run twice. */
export class ActionRecords {
  readonly #find: StatementSync;
  readonly #begin: StatementSync;
  readonly #end: StatementSync;
  readonly #forget: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT report FROM action WHERE operation = ?');
    this.#begin = database.prepare('INSERT INTO action (operation, at) VALUES (?, ?)');
    this.#end = database.prepare('UPDATE action SET report = ? WHERE operation = ?');
    this.#forget = database.prepare('DELETE FROM action WHERE at < ?');
  }

  /** `begun`: it was begun and its end is not known. */
  find(operation: string): ActedReport | 'begun' | undefined {
    const row = this.#find.get(operation);
    if (!row) return undefined;
    return row.report === null ? 'begun' : JSON.parse(String(row.report));
  }

  begin(operation: string, at: number): void {
    this.#begin.run(operation, at);
  }

  end(report: ActedReport): void {
    this.#end.run(JSON.stringify(report), report.operation);
  }

  /** Forgets those that began before a time, in milliseconds since 1970. */
  forgetBefore(time: number): void {
    this.#forget.run(time);
  }
}
