import type { AuthenticationService } from '../accounts/authentication.service.ts';
import { findToken } from '../accounts/browser-session.ts';
import type { Http } from './http.ts';

/** Finds out who asks before anything else is looked at. */
export function authenticateRequests(http: Http, authentication: AuthenticationService): void {
  http.decorateRequest('authenticated', undefined as never);
  http.addHook('onRequest', async (request) => {
    if (request.is404 || request.routeOptions.config.public) return;
    request.authenticated = await authentication.authenticate(findToken(request.headers));
  });
}
