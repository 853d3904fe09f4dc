import { AsyncLocalStorage } from 'node:async_hooks';
import { onTestFinished } from 'vitest';
import type { Store } from '../store/store.ts';

/**
 * Notices when a transaction waits for another connection than its own. As long as there are enough of them nobody sees it; when
 * transactions hold all that there are, none of them goes on ever again. Gives the places, as they are in the stack.
 */
export function watchConnections(store: Store): { readonly found: ReadonlySet<string> } {
  const found = new Set<string>();
  const inside = new AsyncLocalStorage<true>();
  const { transaction } = store;
  store.transaction = (work, attempts) =>
    transaction.call(store, (tx) => inside.run(true, () => work(tx)), attempts) as never;
  const pool = store.pool as unknown as Record<'connect' | 'query', (...all: unknown[]) => unknown>;
  const { connect, query } = pool;
  const watch =
    (ask: typeof connect) =>
    (...all: unknown[]) => {
      if (inside.getStore()) found.add(findPlace());
      return ask.apply(store.pool, all);
    };
  Object.assign(pool, { connect: watch(connect), query: watch(query) });
  onTestFinished(() => {
    store.transaction = transaction;
    Object.assign(pool, { connect, query });
  });
  return { found };
}

function findPlace(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = limit;
  const ours = stack.split('\n').filter((line) => /kernel\/server\/(?!testing|store)/.test(line));
  return ours
    .slice(0, 3)
    .map((line) => line.trim().replace(/^at |\(.*kernel\/server\/|\)$/g, ''))
    .join(' < ');
}
