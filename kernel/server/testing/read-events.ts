import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Http } from '../http/http.ts';

export interface ReadMessage {
  readonly id?: string;
  readonly event?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects, and fails when it is something else.
  readonly data: any;
}

export interface Reading {
  readonly status: number;
  /** The next message, when it comes; undefined at the end of the stream. */
  next(): Promise<ReadMessage | undefined>;
  close(): void;
}

/** Reads server-sent events over a real connection, whose end the server has to notice. */
export async function readEvents(api: Http, url: string, headers: Record<string, string>): Promise<Reading> {
  if (api.addresses().length === 0) await api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.addresses()[0] as AddressInfo;
  const { promise, resolve, reject } = Promise.withResolvers<Reading>();
  const call = request({ host: '127.0.0.1', port, path: url, headers: { accept: 'text/event-stream', ...headers } });
  call.once('error', reject);
  call.once('response', (response) => {
    response.setEncoding('utf8').on('error', () => undefined);
    const messages = parse(response);
    const next = async () => (await messages.next()).value as ReadMessage | undefined;
    resolve({ status: response.statusCode ?? 0, next, close: () => call.destroy() });
  });
  call.end();
  return promise;
}

async function* parse(chunks: AsyncIterable<string>): AsyncGenerator<ReadMessage> {
  let text = '';
  for await (const chunk of chunks) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end);
      text = text.slice(end + 2);
      if (!block.startsWith(':')) yield toMessage(block);
    }
  }
}

function toMessage(block: string): ReadMessage {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  return { ...fields, data: JSON.parse(fields.data ?? 'null') };
}
