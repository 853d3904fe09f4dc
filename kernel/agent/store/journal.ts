import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { PrimitiveType } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';

/** How to take one step back. Harmless when the step never ran, and when it was taken back before. */
export interface JournalStep {
  readonly key: string;
  readonly type: PrimitiveType;
  readonly inverse: unknown;
}

export interface JournalEntry {
  readonly id: number;
  readonly owner: OwnerKey;
  /** Whether the inventory has it: then it is completed, otherwise undone. */
  readonly committed: boolean;
  readonly steps: readonly JournalStep[];
}

/** What was begun and not brought to an end. */
export class Journal {
  readonly #open: StatementSync;
  readonly #addStep: StatementSync;
  readonly #commit: StatementSync;
  readonly #close: StatementSync;
  readonly #list: StatementSync;
  readonly #ofOwner: StatementSync;
  readonly #steps: StatementSync;

  constructor(database: DatabaseSync) {
    this.#open = database.prepare('INSERT INTO journal (owner, committed) VALUES (?, 0)');
    this.#addStep = database.prepare('INSERT INTO journal_step VALUES (?, ?, ?, ?, ?)');
    this.#commit = database.prepare('UPDATE journal SET committed = 1 WHERE id = ?');
    this.#close = database.prepare('DELETE FROM journal WHERE id = ?');
    this.#list = database.prepare('SELECT * FROM journal ORDER BY id DESC');
    this.#ofOwner = database.prepare('SELECT * FROM journal WHERE owner = ? ORDER BY id DESC');
    this.#steps = database.prepare('SELECT * FROM journal_step WHERE journal = ? ORDER BY ordinal');
  }

  open(owner: OwnerKey, steps: readonly JournalStep[]): number {
    const id = Number(this.#open.run(owner).lastInsertRowid);
    for (const [ordinal, { key, type, inverse }] of steps.entries())
      this.#addStep.run(id, ordinal, key, type, JSON.stringify(inverse ?? null));
    return id;
  }

  commit(id: number): void {
    this.#commit.run(id);
  }

  close(id: number): void {
    this.#close.run(id);
  }

  /** Latest first. */
  list(): JournalEntry[] {
    return this.#list.all().map((row) => this.#toEntry(row));
  }

  /** Latest first. */
  ofOwner(owner: OwnerKey): JournalEntry[] {
    return this.#ofOwner.all(owner).map((row) => this.#toEntry(row));
  }

  #toEntry(row: Record<string, SQLOutputValue>): JournalEntry {
    const steps = this.#steps.all(Number(row.id)).map((step) => ({
      key: String(step.key),
      type: step.type as PrimitiveType,
      inverse: JSON.parse(String(step.inverse)),
    }));
    return { id: Number(row.id), owner: row.owner as OwnerKey, committed: row.committed === 1, steps };
  }
}
