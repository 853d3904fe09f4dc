/**
 * Why something is not done, for people and in their words. `retryAfter` is set when it may work later without anybody
 * changing anything.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** For programs: `ForeignContent`, `ConfigurationRefused`. */
  readonly reason: string;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** What a program printed. */
  readonly output: string | undefined;

  constructor(
    reason: string,
    message: string,
    options: { retryAfter?: number; output?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.retryAfter = options.retryAfter;
    this.output = options.output;
  }
}

/** Something stands where Freehold would put its own. */
export function foreignContent(path: string, what: string): Refusal {
  return new Refusal(
    'ForeignContent',
    `${path} exists and Freehold did not make it: ${what}. Move it away, or make it what is wanted, and try again.`,
  );
}

/** Puts any failure in words; the machine's own get the reason that says whether waiting helps. */
export function toRefusal(cause: unknown): Refusal {
  if (cause instanceof Refusal) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = codeOf(cause);
  const words = WORDS[code];
  if (words) return new Refusal(words.reason, `${message}. ${words.remedy}`, { cause });
  return new Refusal(code in SHORTAGES ? String(SHORTAGES[code]) : 'Unexpected', message, { retryAfter: 10, cause });
}

/** SQLite numbers its failures: 13 is SQLITE_FULL. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  if ('errcode' in cause && cause.errcode === 13) return 'ENOSPC';
  return 'code' in cause ? String(cause.code) : '';
}

/** Failures that stay until somebody changes something. */
const WORDS: Record<string, { reason: string; remedy: string }> = {
  ENOENT: { reason: 'NotFound', remedy: 'Something it needs is missing; the plugin has to declare it before.' },
  ENOTDIR: { reason: 'NotFound', remedy: 'A part of the path is no folder.' },
  ENOTEMPTY: { reason: 'ForeignContent', remedy: 'The folder holds something that Freehold did not make.' },
  EEXIST: { reason: 'ForeignContent', remedy: 'Move it away and try again.' },
  EISDIR: { reason: 'ForeignContent', remedy: 'A folder stands there. Move it away and try again.' },
  EPERM: { reason: 'NeedsRoot', remedy: 'The agent may not do that. Run it as root.' },
  EACCES: { reason: 'NeedsRoot', remedy: 'The agent may not do that. Run it as root.' },
  EROFS: { reason: 'ReadOnly', remedy: 'The file system is mounted read-only.' },
  EMLINK: { reason: 'UnsafePath', remedy: 'A file with a second name is not touched. Remove the other name.' },
  EFBIG: { reason: 'TooLarge', remedy: 'Freehold could not put it back. Move it away and try again.' },
  UNSAFE_PATH: { reason: 'UnsafePath', remedy: 'Remove the link and try again.' },
};

/** Failures that pass. */
const SHORTAGES: Record<string, string> = {
  ENOSPC: 'OutOfSpace',
  EDQUOT: 'OutOfSpace',
  EMFILE: 'OutOfResources',
  ENFILE: 'OutOfResources',
  EAGAIN: 'OutOfResources',
  ENOMEM: 'OutOfResources',
  ABORT_ERR: 'Interrupted',
};
