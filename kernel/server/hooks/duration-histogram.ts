/** Upper bounds grow by a quarter from a tenth of a millisecond to over a minute. */
const BOUNDS = Array.from({ length: 62 }, (_, index) => 0.1 * 1.25 ** index);

/** Counts durations in buckets: a fixed size however many there are, and quantiles that are right to a quarter. */
export class DurationHistogram {
  readonly #counts = new Float64Array(BOUNDS.length + 1);
  #total = 0;

  record(milliseconds: number): void {
    const bucket = BOUNDS.findIndex((bound) => milliseconds <= bound);
    const index = bucket === -1 ? BOUNDS.length : bucket;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total++;
  }

  /** The duration that this part of all calls did not exceed; 0 when there were none. */
  quantile(part: number): number {
    let below = 0;
    for (const [index, count] of this.#counts.entries()) {
      below += count;
      if (count > 0 && below >= part * this.#total) return round(BOUNDS[index] ?? Number(BOUNDS.at(-1)));
    }
    return 0;
  }
}

function round(milliseconds: number): number {
  return Number(milliseconds.toPrecision(2));
}
