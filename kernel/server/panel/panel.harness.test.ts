import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Http } from '../http/http.ts';
import { startTestServer } from '../testing/test-server.ts';

const HTML = '<!doctype html><title>Panel</title>';
const SCRIPT = 'export const panel = 1;'.repeat(100);

interface Panel {
  readonly api: Http;
  readonly folder: string;
  get(url: string, headers?: Record<string, string>, method?: 'GET' | 'HEAD' | 'POST'): Promise<LightMyRequestResponse>;
}

async function startPanel(files: Record<string, string | Buffer> = built()): Promise<Panel> {
  const root = await mkdtemp(join(tmpdir(), 'freehold-panel-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const folder = join(root, 'dist');
  await writeFile(join(root, 'secret.key'), 'SECRET');
  for (const [path, content] of Object.entries(files)) await put(folder, path, content);
  const { api } = await startTestServer({ panelFolder: folder });
  return { api, folder, get: (url, headers = {}, method = 'GET') => api.inject({ method, url, headers }) };
}

function built(): Record<string, string | Buffer> {
  return {
    'index.html': HTML,
    'icon.svg': '<svg/>',
    '.built-from': 'SECRET',
    'assets/index-abc.js': SCRIPT,
    'assets/index-abc.js.br': brotliCompressSync(SCRIPT),
    'assets/index-abc.js.gz': gzipSync(SCRIPT),
  };
}

async function put(folder: string, path: string, content: string | Buffer): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), content);
}

describe('the panel', () => {
  test('is at every address that is not the API’s, so that its pages can be reloaded', async () => {
    const { get } = await startPanel();
    for (const url of [
      '/',
      '/index.html',
      '/apps',
      '/apps/app_x/logs?log=php',
      '/v1x',
      '/healthy',
      '/apps/%20%C3%A4',
    ]) {
      const { statusCode, body, headers } = await get(url);
      expect({ url, statusCode, body, type: headers['content-type'], cache: headers['cache-control'] }).toEqual({
        ...{ url, statusCode: 200, body: HTML },
        ...{ type: 'text/html; charset=utf-8', cache: 'no-cache' },
      });
    }
  });

  test('leaves the API what is the API’s', async () => {
    const { get } = await startPanel();
    for (const url of ['/v1', '/v1/nothing', '/v1/apps/x/y', '/v2/apps', '/health/x', '/ready/']) {
      const { statusCode, headers } = await get(url);
      expect({ url, statusCode, type: headers['content-type'] }).toEqual({
        ...{ url, statusCode: 404, type: 'application/problem+json; charset=utf-8' },
      });
    }
    expect((await get('/health')).json()).toEqual({ status: 'ok' });
    expect((await get('/apps', {}, 'POST')).statusCode).toBe(404);
  });

  test('may load nothing but its own files, and is in nobody’s frame', async () => {
    const { get } = await startPanel();
    for (const url of ['/', '/assets/index-abc.js', '/icon.svg']) {
      const { headers } = await get(url);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
          "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
          "require-trusted-types-for 'script'; trusted-types lit-html",
      );
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
      });
    }
  });

  test('is kept for ever where names tell the content, and asked for again where not', async () => {
    const { get } = await startPanel();
    const asset = await get('/assets/index-abc.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    for (const [url, answer] of [['/assets/index-abc.js', asset] as const, ['/', await get('/')] as const]) {
      const tag = `${answer.headers.etag}`;
      const again = await get(url, { 'if-none-match': `"x", W/${tag}` });
      expect({ status: again.statusCode, body: again.body, tag: again.headers.etag }).toEqual({
        status: 304,
        body: '',
        tag,
      });
      expect((await get(url, { 'if-none-match': '"other"' })).statusCode).toBe(200);
    }
  });

  test.each([
    ['br, gzip', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['identity', undefined],
    ['', undefined],
  ])('accepted as %j comes as %j', async (accepted, encoding) => {
    const { get } = await startPanel();
    const { headers, rawPayload } = await get('/assets/index-abc.js', { 'accept-encoding': accepted });
    expect({ encoding: headers['content-encoding'], vary: headers.vary }).toEqual({
      encoding,
      vary: 'accept-encoding',
    });
    const wanted = { br: brotliCompressSync(SCRIPT), gzip: gzipSync(SCRIPT) }[encoding ?? ''] ?? Buffer.from(SCRIPT);
    expect(rawPayload.equals(wanted)).toBe(true);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  test('answers HEAD like GET without the content', async () => {
    const { get } = await startPanel();
    const [head, whole] = [await get('/', {}, 'HEAD'), await get('/')];
    expect([head.statusCode, head.headers.etag, head.headers['content-length'], head.body]).toEqual([
      ...[200, whole.headers.etag, `${HTML.length}`, ''],
    ]);
  });

  test('is nothing but the files that were built', async () => {
    const { api } = await startPanel();
    await api.listen({ host: '127.0.0.1', port: 0 });
    for (const path of [
      ...['/..%2fsecret.key', '/../secret.key', '/%2e%2e/secret.key', '/..%5csecret.key', '/assets/../../secret.key'],
      ...['/assets/..%2f..%2fsecret.key', '//secret.key', '/./../secret.key', '/.built-from', '/index.html%00.js'],
      ...['/assets/index-abc.js.br', '/assets/', '/%ff', '/....//secret.key', '/constructor', '/__proto__'],
    ]) {
      const { status, text } = await ask(api, path);
      expect({ path, secret: text.includes('SECRET') }).toEqual({ path, secret: false });
      expect({ path, status: [200, 400, 404, 422].includes(status) }).toEqual({ path, status: true });
      if (status === 200) expect({ path, text }).toEqual({ path, text: HTML });
    }
  });
});

describe('a panel that was not built', () => {
  test('says so in words, and is there as soon as it is built', async () => {
    const { get, folder } = await startPanel({});
    const before = await get('/');
    expect([before.statusCode, before.headers['content-type']]).toEqual([503, 'text/plain; charset=utf-8']);
    expect(before.body).toContain('The panel has not been built.');
    for (const [path, content] of Object.entries(built())) await put(folder, path, content);
    expect((await get('/apps')).body).toBe(HTML);
  });

  test('is replaced by a newer one while the server runs', async () => {
    const { get, folder } = await startPanel();
    await get('/');
    await put(folder, 'assets/index-new.js', 'newer');
    expect((await get('/assets/index-new.js')).body).toBe('newer');
  });
});

/** As the bytes are, without what a URL parser makes of them. */
function ask(api: Http, path: string): Promise<{ status: number; text: string }> {
  const { port } = api.addresses()[0] as AddressInfo;
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const call = request({ host: '127.0.0.1', port, path }, async (response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
  });
  call.once('error', reject).end();
  return promise;
}
