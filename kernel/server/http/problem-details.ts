import type { FastifyError } from 'fastify';
import { ProblemError, problem } from '../errors/problem.ts';
import type { Log } from '../log/logger.ts';
import type { HttpLimits } from './edge/limits.ts';
import type { Http } from './http.ts';
import type { ProblemDocument } from './schemas.ts';

/** Makes every error an answer of the type `application/problem+json` (RFC 9457). The only place that knows both. */
export function answerWithProblems(http: Http, log: Log, { body }: Pick<HttpLimits, 'body'>): void {
  http.setNotFoundHandler((request) => {
    throw problem('route-not-found', { route: `${request.method} ${request.url.split('?')[0]}` });
  });
  http.setErrorHandler((error: FastifyError, request, reply) => {
    const known = tooLarge(error, body) ?? toProblem(error, request.id);
    if (known.kind.status >= 500)
      log.error({ err: error, request: request.id, url: request.routeOptions.url }, 'request failed');
    return reply.code(known.kind.status).type('application/problem+json').send(renderProblem(known, request.id));
  });
}

export function renderProblem({ code, kind, message, remedy, errors }: ProblemError, request: string): ProblemDocument {
  return {
    type: `urn:freehold:error:${code}`,
    title: kind.title,
    status: kind.status,
    detail: message,
    code,
    remedy,
    retryable: kind.retryable ?? false,
    instance: `urn:freehold:request:${request}`,
    ...(errors.length > 0 && { errors: errors.map((one) => ({ ...one })) }),
  };
}

/** Fastify's own errors become ours; what nobody foresaw says nothing of itself to the caller. */
export function toProblem(error: FastifyError, request: string): ProblemError {
  if (error instanceof ProblemError) return error;
  const known = fastifyErrors[error.code];
  if (known) return known(error);
  const { statusCode = 500 } = error;
  if (statusCode >= 400 && statusCode < 500) return malformed(error.message, error);
  return problem('internal-error', { request }, { cause: error });
}

const fastifyErrors: Record<string, (error: FastifyError) => ProblemError> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (cause) => problem('unsupported-media-type', { type: cause.message }, { cause }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: (cause) => malformed('the body is not as long as it said', cause),
  FST_ERR_BAD_URL: (cause) => malformed('the address is not encoded correctly', cause),
  FST_ERR_ASYNC_CONSTRAINT: (cause) => malformed('the headers cannot be read', cause),
};

function malformed(reason: string, cause: Error): ProblemError {
  return problem('malformed-request', { reason }, { cause });
}

function tooLarge(cause: FastifyError, limit: number): ProblemError | undefined {
  if (cause.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') return undefined;
  return problem('body-too-large', { limit }, { cause });
}
