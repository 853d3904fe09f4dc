import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Machine } from './machine/machine.ts';
import { applyRoutes, routesHome } from './machine/routes.ts';
import { visit } from './machine/visit.ts';

let machine: Machine;
let backend: Server;
let backendPort: number;

beforeAll(async () => {
  machine = await Machine.start();
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

describe('proxies', () => {
  beforeAll(() =>
    applyRoutes(machine, {
      main: {
        hostnames: ['proxy.example'],
        folder: `${routesHome(machine)}/www`,
        headers: { own: [{ name: 'X-Own', value: 'route' }] },
        proxies: [
          { path: '/api', target: `tcp:127.0.0.1:${backendPort}`, websockets: true },
          { path: '/dead', target: `unix:${routesHome(machine)}/nobody.sock` },
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
    applyRoutes(machine, {
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
    const [certificate, key] = [`${routesHome(machine)}/site.crt`, `${routesHome(machine)}/site.key`];
    const argv = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -subj /CN=tls.example -keyout ${key} -out ${certificate}`;
    execFileSync('openssl', argv.split(' '), { stdio: 'ignore' });
    const proxies = [{ path: '/', target: `tcp:127.0.0.1:${backendPort}` }];
    await applyRoutes(machine, {
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
  const socket = connect({
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
