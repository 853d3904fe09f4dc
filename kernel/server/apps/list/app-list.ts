import type { Actor } from '../../accounts/actor.ts';
import { decodeCursor, encodeCursor, type PageRequest } from '../../store/page.ts';
import type { Store } from '../../store/store.ts';
import { scopeOf } from '../../tenants/scope.ts';
import type { Clock } from '../../time/clock.ts';
import type { AppFilter } from '../app.service.ts';
import { buildAppQuery } from './app-query.ts';
import { type AppRow, renderApps } from './render-apps.ts';

/**
 * The list that is asked for most: one query, and its rows become the answer without entities between, which were two thirds of
 * its cost. `bench/api` measures it.
 */
export class AppList {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor({ store, clock }: { store: Store; clock: Clock }) {
    this.#store = store;
    this.#clock = clock;
  }

  /** A page of apps, as the JSON text of the answer. */
  async render(actor: Actor, filter: AppFilter, { limit, cursor }: PageRequest): Promise<string> {
    const before = cursor === undefined ? undefined : decodeCursor(cursor);
    const query = buildAppQuery({ scope: scopeOf(actor, 'app.read'), filter, before, rows: limit + 1 });
    const rows: AppRow[] = await this.#store.textRowsFor(actor, query);
    const shown = rows.length > limit ? rows.slice(0, limit) : rows;
    const next = rows.length > limit ? JSON.stringify(encodeCursor(shown.at(-1)?.[0] ?? '')) : 'null';
    return `{"items":${renderApps(shown, this.#clock.now())},"next":${next}}`;
  }
}
