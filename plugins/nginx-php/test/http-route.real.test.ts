import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Machine } from './machine/machine.ts';
import { applyRoutes, routesHome } from './machine/routes.ts';
import { visit, visitHttp2 } from './machine/visit.ts';

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start();
}, 120_000);
afterAll(() => machine?.stop());

describe('names that belong to no site', () => {
  test('get a page that says so', async () => {
    for (const secure of [false, true]) {
      const answer = await visit(machine, { host: 'nobody.example', path: '/any', secure });
      expect(answer).toMatchObject({ status: 404, headers: { 'cache-control': 'no-store' } });
      expect(answer.body).toContain('No site here');
    }
  });

  test.each([
    ['without a name', 'GET / HTTP/1.0\r\n\r\n', ''],
    ['with a broken name', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 'HTTP/1.1 400'],
    ['that is none', '\x16\x03\x01\r\n\r\n', 'HTTP/1.1 400'],
  ])('a request %s gets no page', async (_what, bytes, start) => {
    const socket = connect(machine.node.ports.http, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    // Reset instead of closed, when nginx does not want to answer.
    socket.on('error', () => {});
    socket.write(bytes);
    await new Promise((resolve) => socket.on('close', resolve));
    expect(answer.slice(0, 12)).toBe(start);
  });
});

describe('redirects', () => {
  beforeAll(() =>
    applyRoutes(machine, {
      main: {
        hostnames: ['r.example'],
        redirects: [
          { host: 'old.example', to: 'https://new.example/', keepPath: true },
          { host: 'gone.example', to: 'https://new.example/start?a=1', status: 302 },
          { path: '/a', to: '/b', status: 308 },
          { path: '/über', to: 'https://new.example/%C3%BCber' },
          { path: '/blog', below: true, to: 'https://blog.example', keepPath: true, status: 307 },
          { path: '/here/there', below: true, to: '/', keepPath: true },
          { path: '/gone/', below: true, to: '/sorry' },
          { path: '/query', to: '/new', keepPath: true },
        ],
      },
    }),
  );

  test.each([
    ['old.example', '/x/y?z=1', 301, 'https://new.example/x/y?z=1'],
    ['old.example', '//evil.example/x', 301, 'https://new.example//evil.example/x'],
    ['gone.example', '/x/y?z=1', 302, 'https://new.example/start?a=1'],
    ['r.example', '/a?z=1', 308, '/b'],
    ['r.example', '/%C3%BCber', 301, 'https://new.example/%C3%BCber'],
    ['r.example', '/blog', 307, 'https://blog.example'],
    ['r.example', '/blog/2024/%C3%BC?z=1', 307, 'https://blog.example/2024/%C3%BC?z=1'],
    ['r.example', '/blog/.evil.example', 307, 'https://blog.example/.evil.example'],
    ['r.example', '/here/there//evil.example/x', 301, '/evil.example/x'],
    ['r.example', '//here//there//evil.example', 301, '/evil.example'],
    ['r.example', '/here/there/\\evil.example', 301, '/evil.example'],
    ['r.example', '/here/there/%2f/evil.example', 301, '/%2f/evil.example'],
    ['r.example', '/here/there/x%0d%0aSet-Cookie:a', 301, '/x%0d%0aSet-Cookie:a'],
    ['r.example', '/gone/and/away', 301, '/sorry'],
    ['r.example', '/query?z=1', 301, '/new?z=1'],
  ])('%s%s answers %i to %s', async (host, path, status, location) => {
    const answer = await visit(machine, { host, path });
    expect([answer.status, answer.headers.location]).toEqual([status, location]);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });
});

describe('files', () => {
  beforeAll(() =>
    applyRoutes(
      machine,
      {
        main: {
          hostnames: ['spa.example'],
          folder: `${routesHome(machine)}/www`,
          fallback: '/index.html',
          browserCache: 'month',
          headers: {
            frameOptions: 'deny',
            referrerPolicy: 'no-referrer',
            hsts: { maxAge: 600, includeSubdomains: true },
            own: [{ name: 'Content-Security-Policy', value: `default-src 'self'; report-uri "\\x"` }],
          },
        },
        plain: {
          hostnames: ['plain.example'],
          folder: `${routesHome(machine)}/www`,
          headers: { frameOptions: 'off', referrerPolicy: 'off' },
          compression: false,
        },
      },
      { 'index.html': 'start '.repeat(400), 'style.css': 'css '.repeat(400), 'x.php': '<?php SECRET' },
    ),
  );

  test.each(['/', '/deep/link', '/missing.css'])('%s shows the single page', async (path) => {
    const answer = await visit(machine, { host: 'spa.example', path });
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html', 'cache-control': 'no-cache' },
    });
    expect(answer.body).toContain('start');
  });

  test('are kept by browsers, but for HTML', async () => {
    const answer = await visit(machine, { host: 'spa.example', path: '/style.css' });
    expect(answer.headers['cache-control']).toBe('max-age=2592000');
  });

  test('are compressed when the browser takes it, and the route does not say no', async () => {
    const headers = { 'accept-encoding': 'gzip' };
    for (const [host, encoding] of [
      ['spa.example', 'gzip'],
      ['plain.example', undefined],
    ] as const)
      expect((await visit(machine, { host, path: '/style.css', headers })).headers['content-encoding']).toBe(encoding);
  });

  test('come with the headers that were chosen, on errors too', async () => {
    const security = {
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': `default-src 'self'; report-uri "\\x"`,
    };
    for (const path of ['/', '/x.php']) {
      const answer = await visit(machine, { host: 'spa.example', path });
      expect(answer.headers).toMatchObject(security);
      expect(answer.headers['strict-transport-security']).toBeUndefined();
    }
    const secure = await visit(machine, { host: 'spa.example', secure: true });
    expect(secure.headers['strict-transport-security']).toBe('max-age=600; includeSubDomains');
    const plain = await visit(machine, { host: 'plain.example' });
    expect(plain.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
    expect(plain.headers).not.toHaveProperty('x-frame-options');
    expect(plain.headers).not.toHaveProperty('referrer-policy');
  });

  test('are no source code of scripts', async () => {
    const answer = await visit(machine, { host: 'spa.example', path: '/x.php' });
    expect(answer.status).toBe(404);
    expect(answer.body).not.toContain('SECRET');
  });

  test('come over HTTP/2, with the port in the name of the host', async () => {
    expect(await visitHttp2(machine, 'spa.example', '/style.css')).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'max-age=2592000' },
    });
  });
});
