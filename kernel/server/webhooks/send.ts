import { lookup as systemLookup } from 'node:dns';
import { type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { IsAllowed } from './allowed-addresses.ts';

export interface Message {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SendOptions {
  readonly isAllowed: IsAllowed;
  /** Milliseconds until the answer has begun. */
  readonly patience: number;
  /** Default: the system's. Tests say what a name means. */
  readonly lookup?: LookupFunction;
}

/** What became of one attempt. Nothing of the answer but its status is kept: it could be something that nobody should read. */
export interface Attempt {
  readonly delivered: boolean;
  readonly status?: number;
  readonly error?: string;
}

/**
 * Posts a message to an address that a customer chose. The connection is made to the very address that was looked at, so a name that
 * means something else a moment later is of no use; redirects are answers like any other, and not a good one.
 */
export async function send({ url, headers, body }: Message, options: SendOptions): Promise<Attempt> {
  const target = new URL(url);
  const literal = target.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !options.isAllowed(literal)) return { delivered: false, error: NOT_ALLOWED };
  const { promise, resolve } = Promise.withResolvers<Attempt>();
  const signal = AbortSignal.timeout(options.patience);
  const request = (target.protocol === 'https:' ? requestHttps : requestHttp)(target, {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    lookup: guardLookup(options),
    agent: false,
    signal,
  } satisfies RequestOptions);
  request.once('response', (response) => {
    const { statusCode: status = 0 } = response;
    response.destroy();
    const delivered = status >= 200 && status < 300;
    resolve({ delivered, status, ...(!delivered && { error: describeStatus(status) }) });
  });
  request.on('error', (error: NodeJS.ErrnoException) => resolve({ delivered: false, error: describe(error, options) }));
  request.end(body);
  return promise;
}

const NOT_ALLOWED = 'the address is not one of the internet';

class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError';
}

/** One private address among those of a name is enough to refuse it: nobody has that by mistake. */
function guardLookup({ isAllowed, lookup = systemLookup as LookupFunction }: SendOptions): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, '');
      const addresses = found as unknown as { address: string; family: number }[];
      const [first] = addresses;
      if (!first || addresses.some(({ address }) => !isAllowed(address)))
        return callback(new NotAllowedError(NOT_ALLOWED), '');
      if (options.all) callback(null, addresses as never);
      else callback(null, first.address, first.family);
    });
  };
}

function describeStatus(status: number): string {
  if (status >= 300 && status < 400) return `it answered ${status}, and redirects are not followed`;
  return `it answered ${status}`;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'there is no such name',
  EAI_AGAIN: 'the name could not be looked up',
  EHOSTUNREACH: 'the address cannot be reached',
  ENETUNREACH: 'the address cannot be reached',
};

function describe(error: NodeJS.ErrnoException, { patience }: SendOptions): string {
  if (error instanceof NotAllowedError) return NOT_ALLOWED;
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return `it did not answer within ${patience / 1_000} s`;
  if (error.code === undefined) return 'the request failed';
  return REASONS[error.code] ?? `the request failed: ${error.code}`;
}
