import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ExchangeRequest } from '@freehold/sdk/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpLink } from './http-link.ts';

let folder: string;
let socket: string;
let http: Server | undefined;
let link: HttpLink;
let seen: { method?: string; url?: string; key?: string; body: string }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'freehold-link-'));
  socket = join(folder, 'exchange.sock');
  link = new HttpLink(socket);
  seen = [];
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<void> {
  http = createServer(async (request, response) => {
    const { method, url, headers } = request;
    seen.push({ method, url, key: headers.authorization, body: await text(request) });
    answer(request, response);
  });
  await new Promise<void>((resolve) => http?.listen(socket, resolve));
}

async function close(): Promise<void> {
  http?.closeAllConnections();
  await new Promise((resolve) => (http ? http.close(resolve) : resolve(undefined)));
  http = undefined;
}

const request: ExchangeRequest = { protocol: 1, boot: 'b', reports: [], inHand: [], wait: 0 };
const nothing = { protocol: 1, work: [], settings: { drift: 'keep' }, settingsVersion: '1', cancelled: [] };
const never = new AbortController().signal;
const json = (value: unknown) => (_: IncomingMessage, response: ServerResponse) =>
  void response.end(JSON.stringify(value));

describe('the link over a unix socket', () => {
  it('posts an exchange with the node’s key and gives the answer', async () => {
    await listen(json(nothing));
    link.use('secret');
    expect(await link.exchange(request, never)).toEqual(nothing);
    expect(seen).toEqual([{ method: 'POST', url: '/exchange', key: 'Bearer secret', body: JSON.stringify(request) }]);
  });

  it('trades the token for a key, and speaks with it from then on', async () => {
    await listen(json({ node: 'n', name: 'local', key: 'new' }));
    await link.enrol({ token: 't', hostname: 'h' });
    await link.exchange(request, never);
    expect(seen.map(({ url, key }) => [url, key])).toEqual([
      ['/exchange/enrol', undefined],
      ['/exchange', 'Bearer new'],
    ]);
  });

  it('streams an upload', async () => {
    const bytes = Buffer.alloc(3_000_000, 'x');
    await listen((_, response) => void response.end(bytes));
    expect((await text(await link.upload('abc'))).length).toBe(bytes.length);
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/exchange/uploads/abc' });
  });

  it.each([
    ['nobody listens', undefined, /does not answer/],
    [
      'the server refuses',
      (_: unknown, response: ServerResponse) => void response.writeHead(401).end('who?'),
      /with 401: who\?/,
    ],
    ['the answer is no JSON', (_: unknown, response: ServerResponse) => void response.end('<html>'), /no JSON/],
    ['the connection breaks', (_: unknown, response: ServerResponse) => void response.destroy(), /does not answer/],
  ])('fails with words when %s', async (_, answer, message) => {
    if (answer) await listen(answer);
    await expect(link.exchange(request, never)).rejects.toThrow(message);
  });

  it('keeps the status of a refusal', async () => {
    await listen((_, response) => void response.writeHead(503).end());
    await expect(link.exchange(request, never)).rejects.toMatchObject({ name: 'LinkError', status: 503 });
  });

  it('stops waiting when it is told to', async () => {
    await listen(() => undefined);
    const controller = new AbortController();
    const waiting = link.exchange({ ...request, wait: 30 }, controller.signal);
    await expect.poll(() => seen.length).toBe(1);
    controller.abort();
    await expect(waiting).rejects.toThrow();
  });

  it('finds the server again after that was restarted', async () => {
    await listen(json(nothing));
    await link.exchange(request, never);
    await close();
    await listen(json(nothing));
    await link.exchange(request, never).catch(() => undefined);
    expect(await link.exchange(request, never)).toEqual(nothing);
  });
});
