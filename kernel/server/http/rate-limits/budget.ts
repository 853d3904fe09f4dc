/** Takes so many from what all servers share, and says how many have been taken in this window, these included. */
export type Lease = (amount: number) => Promise<number>;

/** Nobody gets more at once, however high the limit is: another server would have to do without. */
const LARGEST_LEASE = 1_000;

/**
 * What one caller may still do here in one window of time. It is leased from the count that all servers share, a part at a time and
 * before it runs out, so that most requests ask nobody. What is leased counts as taken: together the servers never allow more than the
 * limit, and less by at most what one of them leased and did not use. Parts become smaller towards the end.
 */
export class Budget {
  readonly #limit: number;
  readonly #lease: Lease;
  #left = 0;
  /** Of the limit, as far as is known, not leased by anybody. */
  #rest: number;
  #part: number;
  #leasing: Promise<void> | undefined;

  constructor(limit: number, lease: Lease) {
    this.#limit = limit;
    this.#lease = lease;
    this.#rest = limit;
    this.#part = partOf(limit);
  }

  /** Whether one more is allowed; a promise only when the other servers must be asked. */
  take(): boolean | Promise<boolean> {
    if (this.#left > 0) {
      this.#left--;
      if (this.#left < this.#part / 2 && this.#rest > 0) void this.#refill();
      return true;
    }
    if (this.#rest === 0) return false;
    return this.#refill().then(() => this.take());
  }

  /** At the most: others may have taken some of it. */
  get remaining(): number {
    return this.#left + this.#rest;
  }

  #refill(): Promise<void> {
    this.#leasing ??= this.#leaseMore().finally(() => {
      this.#leasing = undefined;
    });
    return this.#leasing;
  }

  async #leaseMore(): Promise<void> {
    const part = this.#part;
    const taken = await this.#lease(part);
    const before = taken - part;
    this.#left += Math.max(0, Math.min(part, this.#limit - before));
    this.#rest = Math.max(0, this.#limit - taken);
    this.#part = partOf(this.#rest);
  }
}

function partOf(rest: number): number {
  return Math.min(LARGEST_LEASE, Math.max(1, Math.ceil(rest / 10)));
}
