import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type FastifyReply, fastify } from 'fastify';
import type { AuthenticationService } from '../accounts/authentication.service.ts';
import type { Log } from '../log/logger.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { randomText } from '../secrets/random-text.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { authenticateRequests } from './authentication.ts';
import { readJsonBodies } from './body.ts';
import type { Http, Routes } from './http.ts';
import { honourIdempotencyKeys } from './idempotency.ts';
import { describeRoutes, documentRoutes } from './openapi.ts';
import { answerWithProblems, BODY_LIMIT, renderProblem, toProblem } from './problem-details.ts';
import { demandPermissions } from './route-permissions.ts';
import { validateRequests } from './validation.ts';

export interface ApiNeeds {
  readonly log: Log;
  readonly store: Store;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly authentication: AuthenticationService;
}

/** The API that people and programs talk to. */
export async function createApi(needs: ApiNeeds, routes: readonly Routes[]): Promise<Http> {
  const http = createHttp(needs.log);
  demandPermissions(http);
  await describeRoutes(http);
  authenticateRequests(http, needs.authentication);
  honourIdempotencyKeys(http, needs);
  for (const add of routes) http.register(async (scope) => add(scope as unknown as Http));
  http.register(async (scope) => documentRoutes(scope as unknown as Http));
  await http.ready();
  return http;
}

/** Reads and checks requests, and answers errors: the same for people and for nodes. */
export function createHttp(log: Log, bodyLimit = BODY_LIMIT): Http {
  const http = fastify({
    bodyLimit,
    logger: false,
    exposeHeadRoutes: false,
    genReqId: () => randomText(16),
    forceCloseConnections: 'idle',
    // A caller who sends headers for ever is cut off; a body may take its time.
    http: { headersTimeout: 20_000, requestTimeout: 0 },
    frameworkErrors: (error, request, reply) => {
      const known = toProblem(error as never, request.id);
      void (reply as FastifyReply)
        .code(known.kind.status)
        .type('application/problem+json')
        .send(renderProblem(known, request.id));
    },
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as Http;
  answerWithProblems(http, log);
  readJsonBodies(http);
  validateRequests(http);
  return http;
}

/** Milliseconds that requests may take to end when the server stops. Streams and waiting nodes have been told. */
const GRACE = 3_000;

/** Takes no more requests, lets those that run end, and cuts off those that do not. */
export async function closeHttp(http: Http): Promise<void> {
  const cutOff = setTimeout(() => http.server.closeAllConnections(), GRACE);
  await http.close().finally(() => clearTimeout(cutOff));
}
