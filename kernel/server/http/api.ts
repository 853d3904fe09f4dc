import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type FastifyReply, fastify } from 'fastify';
import { checkFilters } from '../access/visible-filters.ts';
import type { AuthenticationService } from '../accounts/authentication.service.ts';
import type { Log } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Keyring } from '../secrets/keyring.ts';
import type { SettingService } from '../settings/setting.service.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { authenticateRequests } from './authentication.ts';
import { readJsonBodies } from './body.ts';
import { logAccess } from './edge/access-log.ts';
import { headAnswers } from './edge/answer-headers.ts';
import { answerBrokenRequests } from './edge/broken-requests.ts';
import { allowOrigins } from './edge/cross-origin.ts';
import { followSettings } from './edge/follow-settings.ts';
import { defaultLimits, type HttpLimits } from './edge/limits.ts';
import { measureRequests } from './edge/measure-requests.ts';
import { requestIdOf } from './edge/request-id.ts';
import { giveUpSlowBodies } from './edge/slow-bodies.ts';
import type { Http, Routes } from './http.ts';
import { honourIdempotencyKeys } from './idempotency.ts';
import { describeRoutes, documentRoutes } from './openapi.ts';
import { answerWithProblems, renderProblem, toProblem } from './problem-details.ts';
import { limitAccounts, limitAddresses } from './rate-limits/limit-requests.ts';
import { RateLimiter } from './rate-limits/rate-limiter.ts';
import { demandPermissions } from './route-permissions.ts';
import { validateRequests } from './validation.ts';

export interface ApiNeeds {
  readonly log: Log;
  readonly store: Store;
  readonly clock: Clock;
  readonly keyring: Keyring;
  readonly settings: SettingService;
  readonly metrics: Metrics;
  readonly authentication: AuthenticationService;
  /** Networks of the proxies that say for whom they ask. Nobody else is believed. */
  readonly trustedProxies: readonly string[];
  /** Whether requests are counted against the rate limits. */
  readonly counting: boolean;
  readonly limits?: Partial<HttpLimits>;
}

/** The API that people and programs talk to. */
export async function createApi(needs: ApiNeeds, routes: readonly Routes[]): Promise<Http> {
  const { log, limits, trustedProxies } = needs;
  const http = createHttp(log, { limits, trustedProxies });
  demandPermissions(http);
  await describeRoutes(http);
  logAccess(http, log);
  measureRequests(http, needs.metrics);
  headAnswers(http);
  const policy = followSettings(http, needs.settings);
  allowOrigins(http, () => policy().corsOrigins);
  const counting = { limiter: new RateLimiter(needs), limits: () => policy().rateLimits };
  if (needs.counting) limitAddresses(http, counting);
  authenticateRequests(http, needs);
  checkFilters(http, needs);
  if (needs.counting) limitAccounts(http, counting);
  honourIdempotencyKeys(http, needs);
  for (const add of routes) http.register(async (scope) => add(scope as unknown as Http));
  http.register(async (scope) => documentRoutes(scope as unknown as Http));
  await http.ready();
  return http;
}

interface HttpOptions {
  readonly limits?: Partial<HttpLimits> | undefined;
  readonly trustedProxies?: readonly string[];
}

/** Reads and checks requests, and answers errors: the same for people and for nodes. */
export function createHttp(log: Log, options: HttpOptions = {}): Http {
  const limits: HttpLimits = { ...defaultLimits, ...options.limits };
  const { trustedProxies = [] } = options;
  const http = fastify({
    bodyLimit: limits.body,
    logger: false,
    exposeHeadRoutes: false,
    genReqId: requestIdOf,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    forceCloseConnections: 'idle',
    // A caller who sends headers for ever is cut off. A body may take its time when it is an upload; the others are watched.
    http: {
      maxHeaderSize: limits.headers,
      headersTimeout: limits.headersTime,
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(5_000, limits.headersTime),
    },
    clientErrorHandler: answerBrokenRequests(limits),
    frameworkErrors: (error, request, reply) => {
      const known = toProblem(error as never, request.id);
      void (reply as FastifyReply)
        .code(known.kind.status)
        .type('application/problem+json')
        .send(renderProblem(known, request.id));
    },
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as Http;
  answerWithProblems(http, log, limits);
  readJsonBodies(http);
  giveUpSlowBodies(http, limits.bodyTime);
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
