import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { directory, type Resource } from '@freehold/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HttpRouteSpec, httpRoute } from '../contract/http-route.ts';
import { Machine, type Tree } from './machine/machine.ts';
import { visit, visitHttp2 } from './machine/visit.ts';

let machine: Machine;
let home: string;
let backend: Server;
let backendPort: number;

/** Routes of a role, which need no unix user. */
function apply(routes: Readonly<Record<string, HttpRouteSpec>>, files: Tree = {}): Promise<void> {
  const folders: Resource[] = [
    directory({ path: home }),
    directory({ path: `${home}/logs` }),
    directory({ path: `${home}/www` }),
  ];
  const contents = Object.entries(files).map(([path, content]) => ({
    type: 'file',
    id: path,
    spec: { path: `${home}/www/${path}`, content },
  }));
  const resources = Object.entries(routes).map(([id, spec]) => httpRoute.resource(id, spec));
  const owner = { kind: 'role', id: 'test', user: 'root', group: 'root', home } as const;
  return machine.apply('test', [...folders, ...contents, ...resources], owner);
}

beforeAll(async () => {
  machine = await Machine.start();
  home = `${machine.node.paths.state}/test`;
  backend = createServer((incoming, response) => {
    if (incoming.url === '/hold') return void backend.emit('hold', incoming, response);
    response.setHeader('X-Frame-Options', 'DENY');
    response.setHeader('X-Own', 'backend');
    response.end(JSON.stringify({ url: incoming.url, headers: incoming.headers }));
  });
  backend.on('upgrade', (incoming, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
    socket.on('data', (data) => socket.end(`${incoming.url} ${data}`));
  });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  backendPort = (backend.address() as { port: number }).port;
}, 120_000);
afterAll(async () => {
  backend?.close();
  await machine?.stop();
});

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
    apply({
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
    apply(
      {
        main: {
          hostnames: ['spa.example'],
          folder: `${home}/www`,
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
          folder: `${home}/www`,
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

describe('proxies', () => {
  beforeAll(() =>
    apply({
      main: {
        hostnames: ['proxy.example'],
        folder: `${home}/www`,
        headers: { own: [{ name: 'X-Own', value: 'route' }] },
        proxies: [
          { path: '/api', target: `tcp:127.0.0.1:${backendPort}`, websockets: true },
          { path: '/dead', target: `unix:${home}/nobody.sock` },
        ],
      },
      all: { hostnames: ['all.example'], proxies: [{ path: '/', target: `tcp:localhost:${backendPort}` }] },
    }),
  );

  test.each(['/api', '/api/x%20y/../z?q=1', '/api/.hidden', '/api/x.php'])('%s is passed on as it is', async (path) => {
    const answer = await visit(machine, {
      host: 'proxy.example',
      path,
      headers: { 'x-forwarded-for': '1.2.3.4', proxy: 'x' },
    });
    const { url, headers } = JSON.parse(answer.body);
    expect(url).toBe(path);
    expect(headers).toMatchObject({
      host: `proxy.example:${machine.node.ports.http}`,
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
    });
    expect(headers).not.toHaveProperty('proxy');
    expect(answer.headers).toMatchObject({ 'x-frame-options': 'DENY', 'x-own': 'route' });
  });

  test('a whole site can be passed on', async () => {
    for (const path of ['/', '/.well-known/x', '/a.php'])
      expect(JSON.parse((await visit(machine, { host: 'all.example', path })).body).url).toBe(path);
  });

  test('connections are upgraded where the route says so', async () => {
    const upgrade = request({
      host: '127.0.0.1',
      port: machine.node.ports.http,
      path: '/api/socket',
      headers: { host: 'proxy.example', connection: 'Upgrade', upgrade: 'echo' },
    });
    upgrade.end();
    const [, socket] = await once(upgrade, 'upgrade');
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('/api/socket hello');
    socket.destroy();
    expect(
      (await visit(machine, { host: 'all.example', headers: { connection: 'Upgrade', upgrade: 'echo' } })).status,
    ).toBe(200);
  });

  test('a program that does not answer gets a page', async () => {
    const answer = await visit(machine, { host: 'proxy.example', path: '/dead' });
    expect(answer.status).toBe(502);
    expect(answer.body).toContain('Not answering');
  });
});

describe('limits', () => {
  beforeAll(() =>
    apply({
      main: {
        hostnames: ['limit.example'],
        proxies: [{ path: '/', target: `tcp:127.0.0.1:${backendPort}` }],
        limits: { requestsPerSecond: 1, burst: 2 },
      },
      connections: {
        hostnames: ['connections.example'],
        proxies: [{ path: '/', target: `tcp:127.0.0.1:${backendPort}` }],
        limits: { connections: 1 },
      },
    }),
  );

  test('too many requests are refused', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => visit(machine, { host: 'limit.example' })));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(1);
    expect(refused[0]?.body).toContain('Too many requests');
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(3);
  });

  test('too many connections are refused', async () => {
    const first = visit(machine, { host: 'connections.example', path: '/hold' });
    const [, held] = await once(backend, 'hold');
    const second = await visit(machine, { host: 'connections.example' });
    held.end();
    expect([second.status, (await first).status]).toEqual([429, 200]);
  });
});

describe('certificates', () => {
  test('of a site are its own, and plain HTTP leads to HTTPS', async () => {
    const [certificate, key] = [`${home}/site.crt`, `${home}/site.key`];
    const argv = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj /CN=tls.example -keyout ${key} -out ${certificate}`;
    execFileSync('openssl', argv.split(' '), { stdio: 'ignore' });
    const proxies = [{ path: '/', target: `tcp:127.0.0.1:${backendPort}` }];
    await apply({
      main: { hostnames: ['tls.example'], proxies, tls: { certificate, key, redirect: true } },
      other: { hostnames: ['other.example'], proxies },
    });
    expect(await commonName('tls.example')).toBe('tls.example');
    expect(await commonName('other.example')).toBe('Freehold');
    expect(await visit(machine, { host: 'tls.example', path: '/x?y=1' })).toMatchObject({
      status: 301,
      headers: { location: `https://tls.example:${machine.node.ports.https}/x?y=1` },
    });
    expect(
      JSON.parse((await visit(machine, { host: 'tls.example', secure: true })).body).headers['x-forwarded-proto'],
    ).toBe('https');
  });
});

async function commonName(servername: string): Promise<string | string[] | undefined> {
  const socket = connectSecurely({
    host: '127.0.0.1',
    port: machine.node.ports.https,
    servername,
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return name;
}
