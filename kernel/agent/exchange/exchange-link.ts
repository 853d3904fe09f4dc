import type { Readable } from 'node:stream';
import type { EnrolRequest, EnrolResponse, ExchangeRequest, ExchangeResponse } from '@freehold/sdk/protocol';

/** The way to the server. Over a socket, or by calling it in the same process. */
export interface ExchangeLink {
  /** Fails with {@link LinkError} when the server cannot be reached or does not answer as it should. */
  exchange(request: ExchangeRequest, signal: AbortSignal): Promise<ExchangeResponse>;
  /** The bytes of an upload. */
  upload(sha256: string): Promise<Readable>;
  /** Trades the one-time token for the node's key, with which the link speaks from then on. */
  enrol(request: EnrolRequest): Promise<EnrolResponse>;
  /** The key to speak with, of an earlier enrolment. */
  use(key: string): void;
}

export class LinkError extends Error {
  override readonly name = 'LinkError';
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.status = options.status;
  }
}
