import { Readable } from 'node:stream';
import { Type } from '@freehold/sdk';
import type { FastifyReply, FastifyRequest } from 'fastify';

export interface Message {
  readonly id?: string;
  readonly event?: string;
  readonly data: unknown;
}

const HEARTBEAT = 15_000;

/** In an OpenAPI document, a stream of events. */
export const EventStreamContent = {
  description: 'Server-sent events.',
  content: { 'text/event-stream': { schema: Type.String() } },
};

/**
 * Sends messages as they come. A comment now and then keeps proxies from taking the silence for the end. Whoever signs out, or may do
 * something else than before, is cut off and has to ask again.
 */
export function sendEvents(reply: FastifyReply, messages: AsyncIterable<Message>): FastifyReply {
  const stop = reply.request.watchCaller?.(() => reply.raw.destroy());
  if (stop) reply.raw.once('close', stop);
  return reply
    .header('content-type', 'text/event-stream; charset=utf-8')
    .header('cache-control', 'no-cache, no-transform')
    .header('x-accel-buffering', 'no')
    .send(Readable.from(withHeartbeats(messages), { objectMode: false }));
}

/** Aborted when the caller goes away. */
export function callerSignal(request: FastifyRequest): AbortSignal {
  const gone = new AbortController();
  const { socket } = request.raw;
  const leave = () => gone.abort();
  socket.once('close', leave);
  gone.signal.addEventListener('abort', () => socket.off('close', leave));
  return gone.signal;
}

export function wantsEvents(request: FastifyRequest): boolean {
  const accept = request.headers.accept ?? '';
  return !/application\/json/.test(accept) || /text\/event-stream/.test(accept);
}

async function* withHeartbeats(messages: AsyncIterable<Message>): AsyncGenerator<string> {
  yield ': open\n\n';
  const iterator = messages[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const { promise: silence, resolve } = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => resolve(undefined), HEARTBEAT);
      const arrived = await Promise.race([next, silence]).finally(() => clearTimeout(timer));
      if (!arrived) yield ': still here\n\n';
      else if (arrived.done) return;
      else {
        yield renderMessage(arrived.value);
        next = iterator.next();
      }
    }
  } finally {
    // Not awaited: it may be in the middle of waiting, which its signal ends.
    void iterator.return?.();
  }
}

/** JSON has no line breaks, so the data is one line. */
function renderMessage({ id, event, data }: Message): string {
  const lines = [...(id ? [`id: ${id}`] : []), ...(event ? [`event: ${event}`] : []), `data: ${JSON.stringify(data)}`];
  return `${lines.join('\n')}\n\n`;
}
