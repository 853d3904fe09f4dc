import type { IncomingMessage } from 'node:http';
import { randomText } from '../../secrets/random-text.ts';

/** What a caller may call its request: nothing that could break a log, a header or a search. */
const ACCEPTED = /^[A-Za-z0-9-]{8,64}$/;

/** The caller's own `X-Request-Id`, so that one id leads through all logs, or a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED.test(given) ? given : randomText(16);
}
