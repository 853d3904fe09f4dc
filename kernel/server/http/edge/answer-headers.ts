import type { Http } from '../http.ts';

/**
 * What every answer of the API says to browsers, which should neither show, guess, keep nor frame any of it. The pages of the
 * panel have their own in place of these. Resources are for the same origin; whom else scripts may serve, CORS says.
 */
const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** A year, as browsers' lists want it; names below are the hoster's own business. */
const STRICT_TRANSPORT = 'max-age=31536000';

/** Puts the id of the request and the headers for browsers on every answer, errors included. */
export function headAnswers(http: Http): void {
  http.addHook('onRequest', (request, reply, done) => {
    reply.headers(HEADERS);
    reply.header('x-request-id', request.id);
    // TLS ends in front of this server: only a proxy that is trusted can say so.
    if (request.protocol === 'https') reply.header('strict-transport-security', STRICT_TRANSPORT);
    done();
  });
}
