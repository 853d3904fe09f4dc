/** All in milliseconds, but for the counts. */
export interface PluginHostLimits {
  /** Time that a module may take to be imported. */
  readonly importTimeout: number;
  /** Failures of a tap in a row after which it is left alone … */
  readonly breakerFailures: number;
  /** … for so long. */
  readonly breakerPause: number;
  /** Times that a plugin may be left alone, or let an error escape, within the window. Then it is quarantined. */
  readonly strikes: number;
  readonly strikeWindow: number;
  /** Calls of a pure function over a second, in a row, that count as one strike. */
  readonly slowCalls: number;
}

export const defaultLimits: PluginHostLimits = {
  importTimeout: 10_000,
  breakerFailures: 5,
  breakerPause: 30_000,
  strikes: 3,
  strikeWindow: 60 * 60_000,
  slowCalls: 5,
};
