import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface ApiServer extends AsyncDisposable {
  readonly api: string;
  /** What was asked so far: `GET /v1/apps?name=demo`. */
  readonly requests: string[];
}

/** Answers one kind of request; what it returns is sent as JSON. */
export type Answer = (request: {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: () => Promise<unknown>;
  readonly raw: IncomingMessage;
  readonly reply: ServerResponse;
}) => unknown;

/** A small real HTTP server in the place of the API: routes by method and path, `GET /v1/apps/:app`. */
export async function serveApi(routes: Readonly<Record<string, Answer>>): Promise<ApiServer> {
  const requests: string[] = [];
  const server = createServer(async (request, reply) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    requests.push(`${request.method} ${request.url}`);
    const answer = Object.entries(routes).find(([route]) => matches(route, `${request.method} ${url.pathname}`))?.[1];
    const input = { url, headers: request.headers, raw: request, reply, body: () => json(request) };
    const value = answer
      ? await answer(input)
      : refuse(reply, { status: 404, code: 'route-not-found', title: 'No route' });
    if (!reply.writableEnded && value !== undefined)
      reply.setHeader('content-type', 'application/json').end(JSON.stringify(value));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    api: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers as the API refuses. */
export function refuse(
  reply: ServerResponse,
  problem: { status: number; code: string; title: string; detail?: string },
): void {
  reply.writeHead(problem.status, { 'content-type': 'application/problem+json' });
  reply.end(JSON.stringify({ detail: problem.title, ...problem }));
}

/** Begins a stream of events; the function sends one. */
export function sendEvents(reply: ServerResponse): (type: string, data: unknown, id?: string) => void {
  reply.writeHead(200, { 'content-type': 'text/event-stream' });
  return (type, data, id) =>
    void reply.write(`event: ${type}\n${id ? `id: ${id}\n` : ''}data: ${JSON.stringify(data)}\n\n`);
}

function matches(route: string, request: string): boolean {
  const [pattern, parts] = [route.split('/'), request.split('/')];
  return (
    pattern.length === parts.length && pattern.every((part, index) => part.startsWith(':') || part === parts[index])
  );
}
