import type { Log } from '../../log/logger.ts';
import type { Store } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { Budget } from './budget.ts';

/** So many requests in so many seconds, for each of whatever has this kind of name. */
export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
}

export interface Standing {
  readonly allowed: boolean;
  readonly limit: RateLimit;
  readonly remaining: number;
  /** Seconds until the window ends. */
  readonly reset: number;
}

interface Window {
  readonly start: number;
  readonly budgets: Map<string, Budget>;
}

/** Counts requests in windows of time, together with the other servers on the same database. */
export class RateLimiter {
  readonly #needs: Needs;
  /** By the kind of name. What was counted in a window is forgotten with it. */
  readonly #windows = new Map<string, Window>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** Counts one request of the kind, `account` for example, by this name. */
  take(kind: string, name: string, limit: RateLimit): Standing | Promise<Standing> {
    const now = this.#needs.clock.now().getTime();
    const window = this.#windowAt(kind, now, limit);
    const key = keyOf(name, limit);
    let budget = window.budgets.get(key);
    if (!budget) {
      budget = this.#makeBudget(`${kind} ${name}`, { start: window.start, limit });
      window.budgets.set(key, budget);
    }
    const reset = Math.max(1, Math.ceil((window.start + limit.seconds * 1_000 - now) / 1_000));
    const toStanding = (allowed: boolean) => ({ allowed, limit, remaining: budget.remaining, reset });
    const allowed = budget.take();
    return typeof allowed === 'boolean' ? toStanding(allowed) : allowed.then(toStanding);
  }

  /** Whether nothing is left of it, as far as this server knows. Counts nothing and asks nobody. */
  isSpent(kind: string, name: string, limit: RateLimit): boolean {
    const window = this.#windowAt(kind, this.#needs.clock.now().getTime(), limit);
    return window.budgets.get(keyOf(name, limit))?.remaining === 0;
  }

  #windowAt(kind: string, now: number, { seconds }: RateLimit): Window {
    const start = now - (now % (seconds * 1_000));
    const known = this.#windows.get(kind);
    if (known?.start === start) return known;
    const window = { start, budgets: new Map() };
    this.#windows.set(kind, window);
    return window;
  }

  #makeBudget(name: string, { start, limit }: { start: number; limit: RateLimit }): Budget {
    const { store, log } = this.#needs;
    const since = new Date(start);
    return new Budget(limit.requests, async (amount) => {
      try {
        const { rows } = await store.pool.query({ ...LEASE, values: [name, since, amount] });
        return rows[0].taken;
      } catch (err) {
        // Who cannot count should not refuse: without its database the server answers nothing else anyway.
        log.warn({ err }, 'requests are counted here alone');
        return amount;
      }
    });
  }
}

/** Who changes a limit means it from now on. */
function keyOf(name: string, { requests }: RateLimit): string {
  return `${name} ${requests}`;
}

const LEASE = {
  name: 'freehold-rate-lease',
  text: `insert into kernel.rate_window as w (name, since, taken) values ($1, $2, $3)
    on conflict (name, since) do update set taken = least(w.taken + excluded.taken, 2000000000) returning taken`,
};

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}
