/**
 * - `threw`: the plugin's function failed.
 * - `timeout`: it did not answer in time.
 * - `not-json`, `bad-result`: it answered with what cannot cross the boundary, or with what its contract does not allow.
 * - `asynchronous`: it answered with a promise where a value is wanted.
 * - `not-pure`: it answered the same question in two ways.
 * - `unavailable`: it was not asked, because it kept failing.
 */
export type PluginErrorCode =
  | 'threw'
  | 'timeout'
  | 'not-json'
  | 'bad-result'
  | 'asynchronous'
  | 'not-pure'
  | 'unavailable';

/** Which function of which plugin. */
export interface PluginFunction {
  readonly plugin: string;
  /** In words, as part of a sentence: `resources() of app type php-site`. */
  readonly name: string;
  /** What it was asked about: an app, a resource. */
  readonly subject?: string;
}

/** A plugin's function did not do what its contract says. The message is for hosters and plugin authors. */
export class PluginError extends Error {
  override readonly name = 'PluginError';
  readonly code: PluginErrorCode;
  readonly plugin: string;
  readonly function: string;
  readonly subject: string | undefined;
  /** What is wrong, without saying where. */
  readonly reason: string;

  constructor(code: PluginErrorCode, where: PluginFunction, options: { reason: string; cause?: unknown }) {
    const about = where.subject === undefined ? '' : ` for ${where.subject}`;
    super(`Plugin ${where.plugin}, ${where.name}${about}: ${options.reason}`, { cause: options.cause });
    this.code = code;
    this.plugin = where.plugin;
    this.function = where.name;
    this.subject = where.subject;
    this.reason = options.reason;
  }
}

/** What was thrown, as text: plugins also throw strings and objects. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message || thrown.name;
  if (typeof thrown === 'string') return thrown;
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return 'something that is no error was thrown';
  }
}
