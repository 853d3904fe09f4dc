import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError, problem } from '../../errors/problem.ts';
import type { Http } from '../http.ts';
import { networkOf } from './network-of.ts';
import type { RateLimit, RateLimiter, Standing } from './rate-limiter.ts';

/** As the settings say it. 0 requests: no limit. */
export interface RateLimits {
  /** Of one address that has not signed in. Tokens that are not valid are counted by themselves, and as strictly. */
  readonly address: RateLimit;
  /** Of one account or API token, from wherever. */
  readonly account: RateLimit;
  /** Of one address, where passwords, codes and mails are asked for. */
  readonly credentials: RateLimit;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asks for passwords, codes or mails: counted as strictly as those are. */
    limit?: 'credentials';
  }
}

interface Needs {
  readonly limiter: RateLimiter;
  readonly limits: () => RateLimits;
}

/** What watches over the server must not be kept from it, and the files of the panel cost nothing. */
const UNCOUNTED = new Set(['/health', '/ready', '/*']);

/** Before anybody is asked who it is: who comes without a token, and who came with too many wrong ones. */
export function limitAddresses(http: Http, { limiter, limits }: Needs): void {
  http.addHook('onRequest', (request, reply, done) => {
    const { url = '', config } = request.routeOptions;
    const { address, credentials } = limits();
    const turn = { request, reply, done };
    if (UNCOUNTED.has(url)) done();
    else if (config.limit === 'credentials') count(limiter, { kind: 'credentials', limit: credentials }, turn);
    else if (config.permission === 'public' || request.is404) count(limiter, { kind: 'address', limit: address }, turn);
    else if (limiter.isSpent(WRONG, networkOf(request.ip), address))
      count(limiter, { kind: WRONG, limit: address }, turn);
    else done();
  });
  http.addHook('onError', async (request, _reply, error) => {
    if (!(error instanceof ProblemError) || error.code !== 'unauthenticated') return;
    const { address } = limits();
    if (address.requests > 0) await limiter.take(WRONG, networkOf(request.ip), address);
  });
}

const WRONG = 'wrong-token';

/** After it is known who asks. */
export function limitAccounts(http: Http, { limiter, limits }: Needs): void {
  http.addHook('onRequest', (request, reply, done) => {
    const { authenticated } = request;
    if (authenticated)
      count(
        limiter,
        { kind: 'account', name: authenticated.actor.id, limit: limits().account },
        { request, reply, done },
      );
    else done();
  });
}

interface Counted {
  readonly kind: string;
  /** Left out: the address. */
  readonly name?: string;
  readonly limit: RateLimit;
}

interface Turn {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly done: (error?: Error) => void;
}

/** Without a promise where none is needed: nearly every request is counted at once. */
function count(limiter: RateLimiter, { kind, name, limit }: Counted, turn: Turn): void {
  if (limit.requests === 0) {
    turn.done();
    return;
  }
  const standing = limiter.take(kind, name ?? networkOf(turn.request.ip), limit);
  if (standing instanceof Promise) standing.then((known) => answer(known, turn), turn.done);
  else answer(standing, turn);
}

function answer({ allowed, limit, remaining, reset }: Standing, { reply, done }: Turn): void {
  const { requests, seconds } = limit;
  reply
    .header('ratelimit-limit', requests)
    .header('ratelimit-policy', `${requests};w=${seconds}`)
    .header('ratelimit-remaining', remaining)
    .header('ratelimit-reset', reset);
  if (!allowed) reply.header('retry-after', reset);
  done(allowed ? undefined : problem('too-many-requests', { most: requests, seconds }, { fields: { reset } }));
}
