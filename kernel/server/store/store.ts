import { type EntityManager, IsolationLevel } from '@mikro-orm/postgresql';
import type { Pool, QueryResult } from 'pg';
import type { Actor } from '../accounts/actor.ts';
import { rowScopeOf } from '../tenants/scope.ts';
import { migrate } from './migrate.ts';
import { createOrm, type Orm } from './orm.ts';
import { protectRows, type RowScope, renderScope } from './row-security.ts';
import { loadTextRows, type TextRow, type TextStatement } from './text-rows.ts';

/** The entities as one piece of work sees them: what it changes is written when the transaction commits. */
export type Transaction = EntityManager;

export interface StoreOptions {
  /** Connection string of the database. */
  readonly url: string;
  /** Connections at the most. Default 10. */
  readonly poolSize?: number;
}

/** The database of the kernel. */
export class Store {
  readonly #orm: Orm;
  /** For what speaks SQL by itself: the job queue, notifications. */
  readonly pool: Pool;

  private constructor(orm: Orm, pool: Pool) {
    this.#orm = orm;
    this.pool = pool;
  }

  static async open({ url, poolSize = 10 }: StoreOptions): Promise<Store> {
    const orm = createOrm(url, poolSize);
    await orm.connect();
    return new Store(orm, await orm.driver.getConnection().getNativeClient());
  }

  /** Brings the database to the newest version of the kernel's tables. */
  async migrate(): Promise<void> {
    await migrate(this.#orm, this.pool);
    await protectRows(this.pool);
  }

  /** For reading outside a transaction. Each call gives a fresh view. */
  reader(): Transaction {
    return this.#orm.em.fork();
  }

  /**
   * For reading what an actor may see and nothing else, whatever is asked for: the database itself keeps to it. Each call gives a fresh
   * view.
   */
  readerFor(actor: Actor): Transaction {
    const scope = rowScopeOf(actor);
    const reader = this.reader();
    if (scope) reader.setTransactionContext(scopedContext(this.pool, scope) as never);
    return reader;
  }

  /** Rows as text, of what the actor may see. @see loadTextRows */
  textRowsFor(actor: Actor, statement: TextStatement): Promise<TextRow[]> {
    return loadTextRows(this.pool, statement, rowScopeOf(actor));
  }

  /** {@link transaction}, in which nothing of a tenant can be seen or written that is no concern of the actor. */
  transactionFor<T>(actor: Actor, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const scope = rowScopeOf(actor);
    if (!scope) return this.transaction(work);
    return this.transaction(async (tx) => {
      await tx.execute(renderScope(scope));
      return work(tx);
    });
  }

  /** For reading several things as they were at one and the same time. */
  snapshot<T>(work: (reader: Transaction) => Promise<T>): Promise<T> {
    return this.#orm.em.fork().transactional(work, { isolationLevel: IsolationLevel.REPEATABLE_READ, readOnly: true });
  }

  /**
   * Runs the work in one transaction and commits what it changed. Run again when it met another one in a deadlock,
   * so the work must not do anything outside the database.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>, attempts = 3): Promise<T> {
    try {
      return await this.#orm.em.fork().transactional(work);
    } catch (error) {
      if (attempts > 1 && isCollision(error)) return this.transaction(work, attempts - 1);
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#orm.close();
  }
}

/**
 * What the mapper takes for a transaction: each statement goes to the database with its scope in front of it, in one message and so in
 * one transaction of its own.
 */
function scopedContext(pool: Pool, scope: RowScope): object {
  const prefix = `${renderScope(scope)};\n`;
  return {
    async executeQuery({ sql }: { sql: string }) {
      const results = (await pool.query(prefix + sql)) as unknown as QueryResult[];
      const { command, rowCount, rows } = results.at(-1) as QueryResult;
      const numAffectedRows = command === 'SELECT' ? undefined : BigInt(rowCount ?? 0);
      return { rows, numAffectedRows };
    },
  };
}

/** serialization_failure and deadlock_detected (PostgreSQL, appendix A). */
function isCollision(error: unknown): boolean {
  return ['40001', '40P01'].includes((error as { code?: string }).code ?? '');
}
