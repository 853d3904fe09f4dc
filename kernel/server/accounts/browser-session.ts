import type { IncomingHttpHeaders } from 'node:http';
import { findBearer } from './token.ts';

/**
 * The session of a browser is an API token in two halves. One is in a cookie that no script can read and that only goes along
 * with requests of the same site; the other is given to the page, which sends it in a header. Whoever has one half has nothing:
 * - a script that was smuggled into the page can read the key, and cannot take the session away;
 * - another site can make the browser send the cookie, and cannot send the key. That goes for websites on other ports of the
 *   same host too, which browsers give the same cookies.
 */
export interface BrowserSession {
  /** For `Set-Cookie`. */
  readonly cookie: string;
  /** For `Authorization: Session <key>`. */
  readonly key: string;
}

/** The prefix and half of the random characters, which are 119 bits. */
const CUT = 23;

export function makeBrowserSession(
  token: string,
  { headers, seconds }: { headers: IncomingHttpHeaders; seconds: number },
): BrowserSession {
  return { cookie: renderCookie(headers, token.slice(0, CUT), seconds), key: token.slice(CUT) };
}

/** Makes a browser forget its half. Undefined when whoever asks is none. */
export function findForgettingCookie(headers: IncomingHttpHeaders): string | undefined {
  return findKey(headers) === undefined ? undefined : renderCookie(headers, '', 0);
}

/** The token of a request, given whole by a program or in halves by a browser. */
export function findToken(headers: IncomingHttpHeaders): string | undefined {
  const key = findKey(headers);
  if (key === undefined) return findBearer(headers.authorization);
  const cookie = readCookie(headers);
  return cookie === undefined ? undefined : cookie + key;
}

function findKey({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  return /^Session +([A-Za-z0-9]{1,100})$/i.exec(authorization)?.[1];
}

function readCookie(headers: IncomingHttpHeaders): string | undefined {
  const prefix = `${cookieName(headers)}=`;
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
  return value && /^[A-Za-z0-9_]{1,100}$/.test(value) ? value : undefined;
}

/** Installations on one host have one jar of cookies, whatever their ports are. */
function cookieName({ host = '' }: IncomingHttpHeaders): string {
  const port = /:(\d{1,5})$/.exec(host)?.[1];
  return port ? `freehold-${port}` : 'freehold';
}

function renderCookie(headers: IncomingHttpHeaders, value: string, seconds: number): string {
  const fixed = `${cookieName(headers)}=${value}; Path=/v1; Max-Age=${seconds}; HttpOnly; SameSite=Strict`;
  // TLS ends in front of this server: whether there is any, the browser knows.
  return headers.origin?.startsWith('https:') ? `${fixed}; Secure` : fixed;
}
