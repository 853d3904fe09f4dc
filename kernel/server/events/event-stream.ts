import type { Actor } from '../accounts/actor.ts';
import { Tenant } from '../store/entities/index.ts';
import type { Notifications } from '../store/notifications.ts';
import type { Store } from '../store/store.ts';
import { scopeOf } from '../tenants/scope.ts';
import { systemClock } from '../time/clock.ts';
import { type EventFilter, findEnd, readEvents } from './event-reader.ts';

/** Something to be told to whoever watches: an event, or how far an operation has come, which is not kept. */
export interface Told {
  readonly id?: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Watching {
  readonly actor: Actor;
  readonly filter: EventFilter;
  /** Position after which it starts; left out: now. */
  readonly after?: string;
  readonly signal: AbortSignal;
}

interface Progress {
  readonly operation: string;
  readonly app?: string | null;
  readonly tenant?: string | null;
}

const PAGE = 200;
/** An event waits for older transactions to end; they end without telling. */
const UNSETTLED_PAUSE = 20;
const PROGRESS = 'operation.progress';

/** Events as they happen, in the order of commits, none left out. */
export class EventStream {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async *watch({ actor, filter, after, signal }: Watching): AsyncGenerator<Told> {
    const { store, notifications, stopping } = this.#needs;
    const until = AbortSignal.any([signal, stopping]);
    const progress: Progress[] = [];
    let called = Promise.withResolvers<void>();
    const call = () => called.resolve();
    until.addEventListener('abort', call);
    const forget = [
      notifications.on('freehold_event', call),
      notifications.on('freehold_progress', (payload) => {
        if (payload) progress.push(JSON.parse(payload));
        call();
      }),
    ];
    try {
      let position = after ?? (await findEnd(store.reader()));
      while (!until.aborted) {
        called = Promise.withResolvers();
        const page = await readEvents(store, { actor, filter, after: position, limit: PAGE });
        position = page.position;
        yield* page.events;
        yield* await this.#visibleProgress(progress.splice(0), { actor, filter });
        if (page.events.length === PAGE) continue;
        // The database knows nothing of the clock that time may be told by here.
        if (page.unsettled) await Promise.race([systemClock.sleep(UNSETTLED_PAUSE, until), called.promise]);
        else if (!until.aborted) await called.promise;
      }
    } finally {
      for (const stop of forget) stop();
    }
  }

  async #visibleProgress(
    progress: readonly Progress[],
    { actor, filter }: Pick<Watching, 'actor' | 'filter'>,
  ): Promise<Told[]> {
    const { app, operation, types } = filter;
    const wanted = progress.filter(
      (one) =>
        (app === undefined || one.app === app) &&
        (operation === undefined || one.operation === operation) &&
        (types === undefined || types.includes(PROGRESS)),
    );
    const told: Told[] = [];
    for (const one of wanted) {
      const { tenant, ...data } = one;
      if (await this.#canSee(actor, one)) told.push({ type: PROGRESS, data });
    }
    return told;
  }

  async #canSee(actor: Actor, { app, tenant }: Progress): Promise<boolean> {
    const scope = scopeOf(actor, 'event.read');
    if (scope.kind === 'all') return true;
    if (scope.apps.some((one) => one === app) || scope.tenants.some((one) => one === tenant)) return true;
    if (!tenant || scope.kind === 'these') return false;
    const found = await this.#needs.store.reader().findOne(Tenant, { id: tenant as never });
    return found?.path.some((above) => scope.tenants.includes(above)) ?? false;
  }
}

interface Needs {
  readonly store: Store;
  readonly notifications: Notifications;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}
