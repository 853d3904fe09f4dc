import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { ServiceRecord, ServiceRecords } from '../system/service-records.ts';

/** The services that this agent or an earlier one started, in the order in which they came. */
export class StoredServices implements ServiceRecords {
  readonly #list: StatementSync;
  readonly #save: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: DatabaseSync) {
    this.#list = database.prepare('SELECT record FROM service ORDER BY rowid');
    this.#save = database.prepare(
      'INSERT INTO service (name, record) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET record = excluded.record',
    );
    this.#delete = database.prepare('DELETE FROM service WHERE name = ?');
  }

  list(): ServiceRecord[] {
    return this.#list.all().map((row) => JSON.parse(String(row.record)));
  }

  save(record: ServiceRecord): void {
    this.#save.run(record.definition.name, JSON.stringify(record));
  }

  delete(name: string): void {
    this.#delete.run(name);
  }
}
