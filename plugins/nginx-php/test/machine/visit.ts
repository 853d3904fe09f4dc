import { type IncomingHttpHeaders, request } from 'node:http';
import { connect, type IncomingHttpHeaders as Http2Headers } from 'node:http2';
import { request as secureRequest } from 'node:https';
import type { Machine } from './machine.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Visit {
  readonly host: string;
  /** Sent as it is: no normalization. */
  readonly path?: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly secure?: boolean;
}

/** Asks nginx, with a connection of its own. */
export function visit(
  { node }: Machine,
  { host, path = '/', method = 'GET', body, headers, secure = false }: Visit,
): Promise<Answer> {
  const port = secure ? node.ports.https : node.ports.http;
  const options = {
    host: '127.0.0.1',
    port,
    path,
    method,
    agent: false,
    headers: { host: `${host}:${port}`, ...headers },
    servername: host,
    rejectUnauthorized: false,
  };
  return new Promise((resolve, reject) => {
    const sent = (secure ? secureRequest : request)(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The same over HTTP/2. */
export async function visitHttp2(
  { node }: Machine,
  host: string,
  path = '/',
): Promise<{ status: number; body: string; headers: Http2Headers }> {
  const session = connect(`https://${host}:${node.ports.https}`, {
    rejectUnauthorized: false,
    servername: host,
    lookup: (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }] as never, 4),
  });
  try {
    return await new Promise((resolve, reject) => {
      const stream = session.request({ ':path': path });
      let body = '';
      let headers: Http2Headers = {};
      stream.setEncoding('utf8');
      stream.on('response', (received) => {
        headers = received;
      });
      stream.on('data', (chunk: string) => {
        body += chunk;
      });
      stream.on('end', () => resolve({ status: Number(headers[':status']), body, headers }));
      stream.on('error', reject);
      session.on('error', reject);
    });
  } finally {
    session.close();
  }
}
