import type { IncomingHttpHeaders } from 'node:http';
import { problem } from '../../errors/problem.ts';

/**
 * The session of a browser is in two halves. The refresh token is in a cookie that no script can read, and that only goes along with
 * requests of the same site to the routes of the session; the other half, the key, is given to the page, which says it in a header.
 * Whoever has one half has nothing:
 * - a script that was smuggled into the page can read the key, and cannot take the session away;
 * - another site can make the browser send the cookie, and cannot send the key. That goes for websites on other ports of the
 *   same host too, which browsers give the same cookies.
 */
export interface BrowserHalves {
  readonly token: string;
  readonly key: string | undefined;
}

export function findHalves(headers: IncomingHttpHeaders): BrowserHalves | undefined {
  const token = readCookie(headers);
  return token === undefined ? undefined : { token, key: findKey(headers) };
}

export function renderCookie(headers: IncomingHttpHeaders, value: string, expiresAt: Date): string {
  const life = value === '' ? 'Max-Age=0' : `Expires=${expiresAt.toUTCString()}`;
  const fixed = `${cookieName(headers)}=${value}; Path=/v1/session; ${life}; HttpOnly; SameSite=Strict`;
  // TLS ends in front of this server: whether there is any, the browser knows.
  return headers.origin?.startsWith('https:') ? `${fixed}; Secure` : fixed;
}

/** Makes a browser forget its half. Undefined when whoever asks has none. */
export function findForgettingCookie(headers: IncomingHttpHeaders): string | undefined {
  return readCookie(headers) === undefined ? undefined : renderCookie(headers, '', new Date(0));
}

/**
 * A cookie is set and used only for pages of the installation itself, so that nobody is signed in or out by a page of somebody else.
 * Browsers say where a request comes from, and no script can change it. @throws ProblemError cross-site-request
 */
export function assertSameOrigin(headers: IncomingHttpHeaders): void {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw foreign(origin ?? site);
  if (site === undefined && origin !== undefined && hostOf(origin) !== host) throw foreign(origin);
}

function foreign(origin: unknown) {
  return problem('cross-site-request', { origin });
}

function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host;
}

function findKey({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  return /^Session +([A-Za-z0-9]{1,100})$/i.exec(authorization)?.[1];
}

function readCookie(headers: IncomingHttpHeaders): string | undefined {
  const prefix = `${cookieName(headers)}=`;
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
  return value && /^[A-Za-z0-9_-]{1,200}$/.test(value) ? value : undefined;
}

/** Installations on one host have one jar of cookies, whatever their ports are. */
function cookieName({ host = '' }: IncomingHttpHeaders): string {
  const port = /:(\d{1,5})$/.exec(host)?.[1];
  return port ? `freehold-${port}` : 'freehold';
}
