import type { Http } from '../http.ts';

const METHODS = 'GET, POST, PUT, PATCH, DELETE';
const ASKED = 'authorization, content-type, idempotency-key, last-event-id, x-request-id';
const EXPOSED =
  'idempotency-replayed, location, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, x-request-id';
const SECONDS = '600';

/**
 * Lets scripts of the listed origins call the API with an API token. Cookies never go along: there is no
 * `Access-Control-Allow-Credentials`, and the panel's cookie is for the same site only. Whoever is not listed gets the answer
 * without the headers, which the browser then keeps from the script.
 */
export function allowOrigins(http: Http, origins: () => readonly string[]): void {
  http.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    const allowed = origins();
    if (allowed.length > 0) reply.header('vary', 'Origin');
    if (origin === undefined || !allowed.includes(origin)) return;
    reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', EXPOSED);
    reply.header('cross-origin-resource-policy', 'cross-origin');
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return;
    return reply
      .header('access-control-allow-methods', METHODS)
      .header('access-control-allow-headers', ASKED)
      .header('access-control-max-age', SECONDS)
      .code(204)
      .send();
  });
}
