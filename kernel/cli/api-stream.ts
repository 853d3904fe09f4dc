import { setTimeout as delay } from 'node:timers/promises';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { type ApiRequest, answeredProblem, connectionProblem } from './api-problem.ts';
import type { ProblemError } from './problem.ts';

export interface StreamMessage {
  readonly event?: string | undefined;
  readonly id?: string | undefined;
  readonly data: string;
}

/** The server sends a comment every 15 s; a stream that is silent for longer than this is dead. */
const SILENCE = 45_000;
/** For so long a server that restarts is waited for. */
const PATIENCE = 30_000;

/**
 * Reads server-sent events until the signal, or until the server ends the stream. With `resume` an end is a broken
 * connection: it connects again and asks for what came after the last event it saw.
 */
export async function* followStream(
  request: ApiRequest,
  { signal, resume, after }: { signal: AbortSignal; resume: boolean; after?: string | undefined },
): AsyncGenerator<StreamMessage> {
  let last = after;
  let aliveAt = Date.now();
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      for await (const message of readOnce(request, last, signal)) {
        last = message.id ?? last;
        [aliveAt, attempt] = [Date.now(), 0];
        yield message;
      }
      if (!resume) return;
    } catch (error) {
      if (signal.aborted) return;
      const refused = (error as ProblemError).problem?.status !== undefined;
      if (!resume || refused || Date.now() - aliveAt > PATIENCE) throw error;
    }
    await delay(Math.min(100 * 2 ** attempt, 2_000), undefined, { signal }).catch(() => {});
  }
}

async function* readOnce(
  request: ApiRequest,
  last: string | undefined,
  stop: AbortSignal,
): AsyncGenerator<StreamMessage> {
  const silence = new AbortController();
  const watch = setTimeout(() => silence.abort(new Error('The stream fell silent.')), SILENCE);
  try {
    const response = await fetch(request.url, {
      headers: { ...request.headers, accept: 'text/event-stream', ...(last ? { 'last-event-id': last } : {}) },
      signal: AbortSignal.any([stop, silence.signal]),
    });
    if (!response.ok || !response.body) throw answeredProblem(response.status, await response.text(), request.url);
    const messages = response.body
      .pipeThrough(heard(() => watch.refresh()))
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .pipeThrough(new EventSourceParserStream());
    yield* messages;
  } catch (error) {
    throw error instanceof Error && error.name === 'ProblemError' ? error : connectionProblem(request.url, error);
  } finally {
    clearTimeout(watch);
  }
}

/** Passes bytes on and tells that there were some: comments keep a stream alive too. */
function heard(tell: () => void): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream({
    transform(chunk, output) {
      tell();
      output.enqueue(chunk);
    },
  });
}
