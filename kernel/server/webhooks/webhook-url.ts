import { isIP } from 'node:net';
import { problem } from '../errors/problem.ts';
import type { IsAllowed } from './allowed-addresses.ts';

/**
 * The address as it is kept. Names are looked at when something is sent, because they can change; an address in figures that cannot
 * be allowed is refused at once. @throws ProblemError webhook-address-refused
 */
export function readWebhookUrl(text: string, { isAllowed, unencrypted }: UrlRules): string {
  const refuse = (reason: string) => problem('webhook-address-refused', { url: text, reason });
  const url = URL.parse(text);
  if (!url) throw refuse('it is no address');
  if (url.protocol !== 'https:' && !(unencrypted && url.protocol === 'http:'))
    throw refuse('it does not begin with https://');
  if (url.username !== '' || url.password !== '') throw refuse('it holds a password');
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !isAllowed(literal)) throw refuse('the address is not one of the internet');
  url.hash = '';
  return url.href;
}

export interface UrlRules {
  readonly isAllowed: IsAllowed;
  /** Whether http:// will do: where somebody allowed networks of their own. */
  readonly unencrypted: boolean;
}
