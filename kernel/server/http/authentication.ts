import type { FastifyRequest } from 'fastify';
import type { AuthenticationService } from '../accounts/authentication.service.ts';
import { findBearer } from '../accounts/token.ts';
import type { Clock } from '../time/clock.ts';
import type { Http } from './http.ts';
import { assertMayAsk } from './route-permissions.ts';

/** Finds out who asks, and whether that one may ask for this at all, before anything else is looked at. */
export function authenticateRequests(http: Http, { authentication, clock }: Needs): void {
  http.decorateRequest('authenticated', undefined as never);
  http.decorateRequest('watchCaller', function (this: FastifyRequest, tell: () => void) {
    return this.authenticated ? authentication.watch(this.authenticated, tell) : () => undefined;
  });
  http.addHook('onRequest', async (request) => {
    const { permission = 'public' } = request.routeOptions.config;
    if (request.is404 || permission === 'public') return;
    const { actor, ...rest } = await authentication.authenticate(findBearer(request.headers.authorization), request.ip);
    const here = { ...actor, address: request.ip, requestId: request.id };
    assertMayAsk(here, permission, { method: request.method, clock });
    request.authenticated = { ...rest, actor: here };
  });
  // Who may do what is held in memory. Whoever is told that something is done finds it done.
  http.addHook('onSend', async ({ method }, { statusCode }, payload) => {
    if (method !== 'GET' && statusCode < 400) await authentication.settle();
    return payload;
  });
}

interface Needs {
  readonly authentication: AuthenticationService;
  readonly clock: Clock;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Tells when the caller may not be who it was: signed out, taken back, with other rights. Gives the function that ends it. */
    watchCaller?: (tell: () => void) => () => void;
  }
}
