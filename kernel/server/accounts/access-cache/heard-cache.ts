import { RecentlyUsed } from '../access-tokens/recently-used.ts';

/** Keeps what was read from the database until it is told that it may have changed. */
export class HeardCache<Value> {
  readonly #values: RecentlyUsed<Value>;
  #changes = 0;

  constructor(most: number) {
    this.#values = new RecentlyUsed(most);
  }

  /** What is not there is not remembered: it may come. */
  async load(key: string, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const known = this.#values.find(key);
    if (known !== undefined) return known;
    const before = this.#changes;
    const value = await read();
    // Read before a change that was heard of meanwhile, it may be what was there before.
    if (value !== undefined && before === this.#changes) this.#values.put(key, value);
    return value;
  }

  forget(key: string): void {
    this.#changes += 1;
    this.#values.delete(key);
  }

  forgetWhere(matches: (value: Value) => boolean): void {
    this.#changes += 1;
    this.#values.deleteWhere(matches);
  }

  forgetAll(): void {
    this.#changes += 1;
    this.#values.clear();
  }
}
