import type { Socket } from 'node:net';
import { type ProblemError, problem } from '../../errors/problem.ts';
import { randomText } from '../../secrets/random-text.ts';
import { renderProblem } from '../problem-details.ts';
import type { HttpLimits } from './limits.ts';

/** Answers what is no request of HTTP, or does not become one in time. Nothing else of the server ever sees it. */
export function answerBrokenRequests(limits: HttpLimits) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    if (socket.writable && socket.bytesWritten === 0) socket.write(renderAnswer(toProblem(error, limits)));
    socket.destroySoon();
  };
}

function toProblem({ code }: NodeJS.ErrnoException, { headers, headersTime }: HttpLimits): ProblemError {
  if (code === 'HPE_HEADER_OVERFLOW') return problem('headers-too-large', { limit: headers });
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return problem('headers-too-slow', { seconds: headersTime / 1_000 });
  return problem('malformed-request', { reason: 'it is no HTTP/1.1' });
}

function renderAnswer(known: ProblemError): string {
  const body = JSON.stringify(renderProblem(known, randomText(16)));
  return [
    `HTTP/1.1 ${known.kind.status} ${known.kind.title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
