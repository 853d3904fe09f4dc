/** RFC 9457, as the server answers it. */
export interface ProblemDocument {
  readonly title: string;
  readonly status?: number;
  readonly detail: string;
  readonly code: string;
  readonly remedy?: string;
  readonly retryable?: boolean;
  readonly instance?: string;
  readonly errors?: readonly FieldProblem[];
}

export interface FieldProblem {
  /** JSON Pointer into the body that was sent. */
  readonly pointer: string;
  readonly message: string;
  readonly remedy?: string;
  /** The keyword of the schema that was broken. */
  readonly rule?: string;
}

/** Every failure of a request. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly document: ProblemDocument;

  constructor(document: ProblemDocument, cause?: unknown) {
    super(document.detail, { cause });
    this.document = document;
  }

  get code(): string {
    return this.document.code;
  }

  /** What to look for in the server's log. */
  get requestId(): string | undefined {
    return /^urn:freehold:request:(.+)$/.exec(this.document.instance ?? '')?.[1];
  }
}

/** The server's own words, or honest ones about an answer that is not the server's. */
export function answeredProblem(status: number, text: string): ApiProblem {
  const found = parseProblem(text);
  if (found) return new ApiProblem({ ...found, status });
  return new ApiProblem({
    code: 'unexpected-answer',
    title: 'Unexpected answer',
    status,
    detail: `The server answered with status ${status}, and not as Freehold does.`,
    remedy: 'Something between this browser and the server may have answered in its place: a proxy, a firewall.',
    retryable: status >= 500,
  });
}

/** No answer at all. */
export function connectionProblem(cause: unknown): ApiProblem {
  return new ApiProblem(
    {
      code: 'cannot-connect',
      title: 'No connection to the server',
      detail: 'The server does not answer.',
      remedy: 'Check that Freehold runs and that this device reaches it, and try again.',
      retryable: true,
    },
    cause,
  );
}

/** What was thrown, as a problem that can be shown. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new ApiProblem({ code: 'panel-error', title: 'The panel met an error of its own', detail }, error);
}

/** Of the fields below a pointer, what is wrong with each, by pointers relative to it. */
export function faultsBelow(problem: ApiProblem | undefined, prefix: string): ReadonlyMap<string, string> {
  const faults = new Map<string, string>();
  for (const { pointer, message, remedy, rule } of problem?.document.errors ?? []) {
    if (pointer !== prefix && !pointer.startsWith(`${prefix}/`)) continue;
    const below = pointer.slice(prefix.length);
    // A regular expression says nothing to people; the hint of the field says it in words.
    const words = [faults.get(below), message, rule === 'pattern' ? '' : remedy].filter(Boolean);
    faults.set(below, words.join(' '));
  }
  return faults;
}

/** Faults that no field of a form shows. */
export function faultsElsewhere(problem: ApiProblem, shown: readonly string[]): readonly FieldProblem[] {
  return (problem.document.errors ?? []).filter(
    ({ pointer }) => !shown.some((one) => pointer === one || pointer.startsWith(`${one}/`)),
  );
}

function parseProblem(text: string): ProblemDocument | undefined {
  try {
    const value = JSON.parse(text);
    if (typeof value?.code !== 'string' || typeof value.title !== 'string') return undefined;
    return { ...value, detail: value.detail ?? value.title };
  } catch {
    return undefined;
  }
}
