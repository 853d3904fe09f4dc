import type { Readable } from 'node:stream';
import type { EnrolRequest, EnrolResponse, ExchangeRequest, ExchangeResponse } from '@freehold/sdk/protocol';
import { type ExchangeLink, LinkError } from '../agent/exchange/exchange-link.ts';
import { ProblemError } from '../server/errors/problem.ts';
import type { Server } from '../server/server.ts';

/** The way from an agent to a server in the same process. What goes through it is JSON, as it would be over a socket. */
export class InProcessLink implements ExchangeLink {
  readonly #server: Pick<Server, 'exchange' | 'enrolment'>;
  #key: string | undefined;

  constructor(server: Pick<Server, 'exchange' | 'enrolment'>) {
    this.#server = server;
  }

  use(key: string): void {
    this.#key = key;
  }

  async exchange(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeResponse> {
    signal.throwIfAborted();
    return unlessAborted(this.#exchange(request, signal), signal);
  }

  /** The same, but that the server looks for work once and answers. */
  async exchangeAtOnce(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeResponse> {
    signal.throwIfAborted();
    return unlessAborted(this.#exchange(request, AbortSignal.abort()), signal);
  }

  async upload(sha256: string): Promise<Readable> {
    return translated(async () => this.#server.exchange.openUpload(await this.#authenticate(), sha256));
  }

  async enrol(request: EnrolRequest): Promise<EnrolResponse> {
    const response = await translated(() => this.#server.enrolment.enrol(throughJson(request)));
    this.use(response.key);
    return response;
  }

  #exchange(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeResponse> {
    return translated(async () => {
      const node = await this.#authenticate();
      return throughJson(await this.#server.exchange.exchange(node, throughJson(request), signal));
    });
  }

  #authenticate() {
    return this.#server.enrolment.authenticate(this.#key);
  }
}

/** @throws what the signal says, as soon as it is aborted */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const leave = () => reject(signal.reason);
  if (signal.aborted) leave();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof ProblemError) throw new LinkError(cause.message, { status: cause.kind.status, cause });
    throw cause;
  }
}

function throughJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
