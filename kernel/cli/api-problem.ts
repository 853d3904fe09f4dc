import { exitCodeOf, exitCodes, type ProblemDocument, ProblemError } from './problem.ts';

export interface ApiRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The API's own words, or honest ones about an answer that is not the API's. */
export function answeredProblem(status: number, text: string, url: string): ProblemError {
  const problem = parseProblem(text) ?? {
    code: 'unexpected-answer',
    title: 'Unexpected answer',
    status,
    detail: `${url} answered with status ${status} and not as the API of Freehold does.`,
    remedy: 'Check the address: does another program listen there, or a proxy stand between?',
  };
  return new ProblemError(problem, exitCodeOf(problem));
}

/** No answer at all. */
export function connectionProblem(url: string, cause: unknown): ProblemError {
  const { origin } = new URL(url);
  return new ProblemError(
    {
      code: 'cannot-connect',
      title: 'No connection',
      detail: `${origin} does not answer: ${reasonOf(cause)}.`,
      remedy: 'Start it with npm start (or freehold start), or name another address with --api.',
    },
    exitCodes.cannotConnect,
    { cause },
  );
}

function reasonOf(cause: unknown): string {
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there',
    ECONNRESET: 'the connection was cut off',
    UND_ERR_SOCKET: 'the connection was cut off',
    EPIPE: 'the connection was cut off',
    ENOTFOUND: 'the host name is unknown',
    EAI_AGAIN: 'the host name cannot be resolved now',
    ETIMEDOUT: 'no answer in time',
    UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  };
  for (let error = cause; error instanceof Error; error = error.cause) {
    if (error.name === 'TimeoutError') return 'no answer in time';
    const { code } = error as NodeJS.ErrnoException;
    if (code) return words[code] ?? `${error.message} (${code})`;
  }
  return cause instanceof Error ? cause.message : String(cause);
}

function parseProblem(text: string): ProblemDocument | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value?.code === 'string' && typeof value.title === 'string'
      ? { ...value, detail: value.detail ?? value.title }
      : undefined;
  } catch {
    return undefined;
  }
}
