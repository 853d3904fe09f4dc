/** Exit codes of `freehold`, for scripts. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  forbidden: 3,
  notFound: 4,
  conflict: 5,
  refused: 6,
  notConverged: 7,
  cannotConnect: 8,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What each exit code means, in the words of `freehold help`. */
export const exitCodeMeanings: readonly (readonly [ExitCode, string])[] = [
  [0, 'done'],
  [1, 'failed'],
  [2, 'the command line was not understood'],
  [3, 'not signed in, or not allowed'],
  [4, 'not found'],
  [5, 'conflict with the present state'],
  [6, 'the input was refused'],
  [7, 'the node did not come to the wanted state'],
  [8, 'no connection to the API'],
  [130, 'interrupted with Ctrl-C'],
];

/** An error as the API gives it (RFC 9457), and as the command line makes its own. */
export interface ProblemDocument {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly status?: number;
  readonly remedy?: string;
  readonly errors?: readonly FieldProblem[];
  readonly [more: string]: unknown;
}

export interface FieldProblem {
  /** JSON Pointer into the body that was sent. */
  readonly pointer: string;
  readonly message: string;
  readonly rule?: string;
  readonly value?: unknown;
  readonly remedy?: string;
}

/** What every command throws when it cannot do what it was asked. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: ProblemDocument;
  readonly exitCode: ExitCode;

  constructor(problem: ProblemDocument, exitCode: ExitCode, options?: ErrorOptions) {
    super(problem.detail, options);
    this.problem = problem;
    this.exitCode = exitCode;
  }
}

/** The exit code for an answer of the API. */
export function exitCodeOf({ status = 0 }: ProblemDocument): ExitCode {
  if (status === 401 || status === 403) return exitCodes.forbidden;
  if (status === 404 || status === 410) return exitCodes.notFound;
  if (status === 409 || status === 412) return exitCodes.conflict;
  if (status === 504) return exitCodes.notConverged;
  if (status === 400 || status === 413 || status === 415 || status === 422) return exitCodes.refused;
  return exitCodes.failed;
}

/** The command line was not understood, or lacks something. */
export function usageProblem(detail: string, remedy?: string): ProblemError {
  return new ProblemError({ code: 'usage', title: 'Usage', detail, ...(remedy ? { remedy } : {}) }, exitCodes.usage);
}
