import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { EnrolRequest, EnrolResponse, ExchangeRequest, ExchangeResponse } from '@freehold/sdk/protocol';
import { type ExchangeLink, LinkError } from './exchange-link.ts';

interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

/** Milliseconds beyond the time that the server was allowed to take. */
const ALLOWANCE = 15_000;

/** HTTP/1.1 over a unix socket. */
export class HttpLink implements ExchangeLink {
  readonly #socketPath: string;
  readonly #connections = new Agent({ keepAlive: true, maxSockets: 8 });
  #key: string | undefined;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  use(key: string): void {
    this.#key = key;
  }

  async exchange(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeResponse> {
    const limit = AbortSignal.timeout(request.wait * 1000 + ALLOWANCE);
    const answer = await this.#call({
      method: 'POST',
      path: '/exchange',
      body: request,
      signal: AbortSignal.any([signal, limit]),
    });
    return this.#parse(answer);
  }

  async upload(sha256: string): Promise<Readable> {
    const signal = AbortSignal.timeout(3_600_000);
    return this.#call({ method: 'GET', path: `/exchange/uploads/${sha256}`, signal });
  }

  async enrol(request: EnrolRequest): Promise<EnrolResponse> {
    const signal = AbortSignal.timeout(ALLOWANCE);
    const response: EnrolResponse = await this.#parse(
      await this.#call({ method: 'POST', path: '/exchange/enrol', body: request, signal }),
    );
    this.use(response.key);
    return response;
  }

  async #parse<Answer>(answer: IncomingMessage): Promise<Answer> {
    try {
      return JSON.parse(await text(answer));
    } catch (cause) {
      throw new LinkError('The server gave an answer that is no JSON.', { cause });
    }
  }

  async #call({ method, path, body, signal }: Call): Promise<IncomingMessage> {
    const answer = await this.#send({ method, path, body, signal }).catch((cause) => {
      throw new LinkError(`The server does not answer on ${this.#socketPath}: ${cause.message}`, { cause });
    });
    const { statusCode: status = 0 } = answer;
    if (status >= 200 && status < 300) return answer;
    const words = await text(answer).catch(() => '');
    throw new LinkError(`The server answered ${method} ${path} with ${status}: ${words.slice(0, 500)}`, { status });
  }

  #send({ method, path, body, signal }: Call): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const request = httpRequest({
      socketPath: this.#socketPath,
      agent: this.#connections,
      method,
      path,
      signal,
      headers: {
        ...(this.#key ? { authorization: `Bearer ${this.#key}` } : {}),
        ...(payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
      },
    });
    request.once('response', resolve);
    request.once('error', reject);
    request.end(payload);
    return promise;
  }
}
