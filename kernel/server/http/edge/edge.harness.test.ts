import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../log/logger.ts';
import { SettingService } from '../../settings/setting.service.ts';
import { ADMIN, startReadyServer, startTestServer } from '../../testing/test-server.ts';
import { createHttp } from '../api.ts';
import type { HttpLimits } from './limits.ts';

/** Sends bytes as they are, and gives what comes back until the other side ends the connection. */
async function sendRaw(port: number, parts: readonly string[], end = false): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const { promise, resolve } = Promise.withResolvers<void>();
  let received = '';
  socket.on('data', (data) => {
    received += data.toString('latin1');
  });
  socket.once('close', resolve).on('error', () => resolve());
  for (const part of parts) socket.write(part, 'latin1');
  if (end) socket.end();
  await promise;
  return received;
}

/** A server with one route, and limits that a test need not wait for. */
async function listen(limits: Partial<HttpLimits>) {
  const http = createHttp(silentLog, { limits });
  const seen: unknown[] = [];
  http.post('/things', { config: { permission: 'public' } }, async ({ body }) => {
    seen.push(body);
    return { ok: true };
  });
  await http.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => http.close());
  const [address] = http.addresses();
  return { port: typeof address === 'object' ? address.port : 0, seen };
}

const JSON_HEADERS = 'host: x\r\ncontent-type: application/json\r\n';

describe('a request that takes too long or too much', () => {
  test('with a body that trickles in is given up, answered and cut off, and its route never runs', async () => {
    const { port, seen } = await listen({ bodyTime: 50 });
    const answer = await sendRaw(port, [`POST /things HTTP/1.1\r\n${JSON_HEADERS}content-length: 1000\r\n\r\n{"a":`]);
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('"code":"body-too-slow"');
    expect(answer).toContain('connection: close');
    expect(seen).toEqual([]);
  });

  test('with headers that never end is answered and cut off', async () => {
    const { port } = await listen({ headersTime: 50 });
    const answer = await sendRaw(port, ['POST /things HTTP/1.1\r\nhost: x\r\nx-a: ']);
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('"code":"headers-too-slow"');
  });

  test('with headers that are too large is refused', async () => {
    const { port, seen } = await listen({ headers: 4_096 });
    const answer = await sendRaw(port, [`POST /things HTTP/1.1\r\n${JSON_HEADERS}x-a: ${'a'.repeat(8_000)}\r\n\r\n{}`]);
    expect(answer).toMatch(/^HTTP\/1.1 431 /);
    expect(answer).toContain('"code":"headers-too-large"');
    expect(seen).toEqual([]);
  });

  test.each([
    ['says its length', (body: string) => `content-length: ${body.length}\r\n\r\n${body}`],
    [
      'comes in chunks',
      (body: string) => `transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    ],
  ])('with a body that is too large and %s is refused before it is read as JSON', async (_, render) => {
    const { port, seen } = await listen({ body: 1_000 });
    const body = JSON.stringify({ text: 'x'.repeat(2_000) });
    const answer = await sendRaw(
      port,
      [`POST /things HTTP/1.1\r\nconnection: close\r\n${JSON_HEADERS}${render(body)}`],
      true,
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('larger than 1000 bytes');
    expect(seen).toEqual([]);
  });

  test('in time is carried out, however slowly it came', async () => {
    const { port, seen } = await listen({ bodyTime: 60_000 });
    const start = `POST /things HTTP/1.1\r\nconnection: close\r\n${JSON_HEADERS}content-length: 7\r\n\r\n`;
    const answer = await sendRaw(port, [start, '{"a"', ':1}']);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(seen).toEqual([{ a: 1 }]);
  });
});

describe('what is no request', () => {
  test.each([
    ['two lengths', `POST /things HTTP/1.1\r\n${JSON_HEADERS}content-length: 2\r\ncontent-length: 40\r\n\r\n{}`],
    [
      'a length and chunks',
      `POST /things HTTP/1.1\r\n${JSON_HEADERS}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`,
    ],
    ['an unknown encoding', `POST /things HTTP/1.1\r\n${JSON_HEADERS}transfer-encoding: xchunked\r\n\r\n{}`],
    [
      'a header that is folded',
      `POST /things HTTP/1.1\r\n${JSON_HEADERS}x-a: b\r\n c: d\r\ncontent-length: 2\r\n\r\n{}`,
    ],
    ['a lone line feed', `POST /things HTTP/1.1\nhost: x\n\n`],
    ['another protocol', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('with %s is refused, and nothing behind it is taken for a request', async (_, text) => {
    const { port, seen } = await listen({});
    const smuggled = `POST /things HTTP/1.1\r\nconnection: close\r\n${JSON_HEADERS}content-length: 15\r\n\r\n{"smuggled":1}\n`;
    const answer = await sendRaw(port, [text, smuggled]);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer.match(/HTTP\/1.1 /g)).toHaveLength(1);
    expect(seen.filter((body) => JSON.stringify(body).includes('smuggled'))).toEqual([]);
  });
});

describe('every answer', () => {
  test.each([
    ['of the API', '/v1/apps'],
    ['that is an error', '/v1/apps/app_nothing'],
    ['to what does not exist', '/v1/nothing'],
    ['to a stranger', '/v1/openapi.json'],
  ])('%s tells browsers to keep, show, guess and frame nothing', async (_, url) => {
    const { admin } = await startTestServer();
    const { headers } = await admin('GET', url);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers).not.toHaveProperty('server');
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  test('carries the id of its request, the caller’s own when it is harmless', async () => {
    const { admin } = await startTestServer();
    const own = await admin('GET', '/v1/apps', undefined, { 'x-request-id': 'my-request-1234' });
    expect(own.headers['x-request-id']).toBe('my-request-1234');
    const missing = await admin('GET', '/v1/nothing', undefined, { 'x-request-id': 'my-request-1234' });
    expect(missing.body.instance).toBe('urn:freehold:request:my-request-1234');
    for (const hostile of [
      'short',
      'a'.repeat(65),
      'a b c d e f g h',
      'x-request-id: 1',
      '%0d%0aset-cookie:a=b',
      'ünïcödé-id',
    ])
      expect((await admin('GET', '/v1/apps', undefined, { 'x-request-id': hostile })).headers['x-request-id']).toMatch(
        /^[A-Za-z0-9]{16}$/,
      );
  });

  test('asks for TLS where TLS was used, which only a trusted proxy can say', async () => {
    const trusting = await startTestServer({ trustedProxies: ['127.0.0.1'] });
    const secure = await trusting.admin('GET', '/v1/apps', undefined, { 'x-forwarded-proto': 'https' });
    expect(secure.headers['strict-transport-security']).toBe('max-age=31536000');
    const { admin } = await startTestServer();
    const spoofed = await admin('GET', '/v1/apps', undefined, { 'x-forwarded-proto': 'https' });
    expect(spoofed.headers).not.toHaveProperty('strict-transport-security');
  });
});

describe('scripts of other origins', () => {
  const allow = async (corsOrigins: string[]) => {
    const run = await startTestServer();
    const { server, store } = run;
    await store.transaction((tx) => server.get(SettingService).record(tx, { corsOrigins }));
    await server.foundation.notifications.flush();
    return run;
  };
  const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };

  test('may call the API when their origin is listed', async () => {
    const { api, admin } = await allow(['https://app.example.org']);
    const origin = { origin: 'https://app.example.org' };
    const asked = await api.inject({ method: 'OPTIONS', url: '/v1/apps', headers: { ...origin, ...preflight } });
    expect(asked.statusCode).toBe(204);
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example.org',
      'access-control-allow-headers': expect.stringContaining('authorization'),
      'access-control-allow-methods': expect.stringContaining('PATCH'),
      vary: 'Origin',
    });
    const { headers } = await admin('GET', '/v1/apps', undefined, origin);
    expect(headers['access-control-allow-origin']).toBe('https://app.example.org');
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  test.each([
    ['another one', 'https://evil.example'],
    ['one that begins alike', 'https://app.example.org.evil.example'],
    ['one that ends alike', 'https://evil-app.example.org'],
    ['the same without TLS', 'http://app.example.org'],
    ['on another port', 'https://app.example.org:8443'],
    ['nothing', 'null'],
  ])('may not when their origin is %s', async (_, origin) => {
    const { api, admin } = await allow(['https://app.example.org']);
    const asked = await api.inject({ method: 'OPTIONS', url: '/v1/apps', headers: { origin, ...preflight } });
    expect(asked.statusCode).toBe(404);
    const { headers } = await admin('GET', '/v1/apps', undefined, { origin });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('may not when nobody is listed', async () => {
    const { admin } = await startTestServer();
    const { headers } = await admin('GET', '/v1/apps', undefined, { origin: 'https://app.example.org' });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

test('what a caller sends as a name never becomes a header of an answer', async () => {
  const { admin } = await startReadyServer();
  const evil = 'x\r\nset-cookie: stolen=1\r\n\r\n<script>';
  const answers = [
    await admin('POST', '/v1/tenants', { name: evil }),
    await admin('GET', `/v1/apps/${encodeURIComponent(evil)}`),
    await admin('GET', `/v1/apps?name=${encodeURIComponent(evil)}`),
    await admin('GET', `/v1/apps?cursor=${encodeURIComponent(evil)}`),
  ];
  for (const { headers, status } of answers) {
    expect(status).toBeLessThan(500);
    expect(headers).not.toHaveProperty('set-cookie');
    expect(JSON.stringify(headers)).not.toContain('stolen');
  }
});

test('a token of the API is needed for the metrics, and is one that may read them', async () => {
  const { as, newTenant, api } = await startReadyServer();
  expect((await as(undefined)('GET', '/metrics')).status).toBe(401);
  const { caller } = await newTenant('Ada');
  expect((await caller('GET', '/metrics')).status).toBe(403);
  const response = await api.inject({ url: '/metrics', headers: { authorization: `Bearer ${ADMIN.token}` } });
  expect(response.headers['content-type']).toMatch(/^text\/plain; version=0.0.4/);
});
