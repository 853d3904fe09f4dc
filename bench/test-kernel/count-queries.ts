import pg from 'pg';

/** Runs something and counts the queries that this process asks the database meanwhile. */
export async function countingQueries<T>(run: () => Promise<T>): Promise<{ queries: number; result: T }> {
  const prototype = pg.Client.prototype as { query: (...args: unknown[]) => unknown };
  const { query } = prototype;
  let queries = 0;
  prototype.query = function (this: unknown, ...args: unknown[]) {
    queries++;
    return query.apply(this, args);
  };
  try {
    return { result: await run(), queries };
  } finally {
    prototype.query = query;
  }
}
