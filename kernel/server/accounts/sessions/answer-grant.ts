import type { Reply, Request } from '../../http/http.ts';
import { renderCookie } from './browser-cookie.ts';
import type { Grant } from './grants.ts';
import type { Place } from './place.ts';
import { viewGrant } from './session.schema.ts';

/** What the answer says of a session; for a browser, its half goes into a cookie. */
export function answerGrant(request: Pick<Request, 'headers'>, reply: Pick<Reply, 'header'>, grant: Grant) {
  const { browser, refresh } = grant;
  if (browser) reply.header('set-cookie', renderCookie(request.headers, refresh.text, refresh.expiresAt));
  return viewGrant(grant);
}

export function placeOf({ ip, headers }: Pick<Request, 'ip' | 'headers'>): Place {
  return { address: ip, userAgent: headers['user-agent'] };
}
