import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../../log/logger.ts';
import type { Http } from '../http.ts';

/** What is asked every few seconds by machines, and says nothing. */
const QUIET = new Set(['/health', '/ready', '/metrics']);

/**
 * One line for each request: who asked for what, and how it went. Headers, queries and bodies are left out, and of the address
 * what could be a secret: each can hold one. Values are fields of JSON, so no value can begin a line of its own.
 */
export function logAccess(http: Http, log: Log): void {
  http.addHook('onResponse', (request, reply, done) => {
    const fields = describeAccess(request, reply);
    if (QUIET.has(fields.route ?? '')) log.debug(fields, 'request');
    else log.info(fields, 'request');
    done();
  });
}

function describeAccess(request: FastifyRequest, reply: FastifyReply) {
  const { actor } = request.authenticated ?? {};
  return {
    request: request.id,
    method: request.method,
    path: pathWithoutSecrets(request.url),
    route: request.routeOptions.url,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    address: request.ip,
    ...(actor && { actor: actor.id }),
    ...(actor?.impersonator && { impersonator: actor.impersonator.id }),
  };
}

/** Ids have 24 characters. What is longer, or begins as tokens do, may be one. */
const SECRET = /^(?:fh[a-z]{0,4}_|ey[A-Za-z0-9_-]{10})|^.{41}/;
const LONGEST = 300;

/** The address without its query, and with `[hidden]` for every part that could be a token. */
export function pathWithoutSecrets(url: string): string {
  const [path = ''] = url.split(/[?#;]/, 1);
  if (!path.includes('fh') && path.length <= 41) return path;
  const parts = path.slice(0, LONGEST).split('/');
  return parts.map((part) => (SECRET.test(part) ? '[hidden]' : part)).join('/');
}
