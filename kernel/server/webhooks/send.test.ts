import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { allowedAddresses } from './allowed-addresses.ts';
import { send } from './send.ts';

async function listen(answer: RequestListener): Promise<{ port: number; seen: string[] }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => {
      body += data;
    });
    request.on('end', () => {
      seen.push(`${request.method} ${request.url} ${body}`);
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

const loopback = { isAllowed: allowedAddresses(['127.0.0.0/8']), patience: 5_000 };
const internet = { isAllowed: allowedAddresses([]), patience: 5_000 };
const message = (url: string) => ({ url, headers: { 'content-type': 'application/json' }, body: '{"a":1}' });

/** A name that means what the test says, one meaning after the other. */
const names =
  (...meanings: string[]): LookupFunction =>
  (_hostname, options, callback) => {
    const address = meanings.length > 1 ? (meanings.shift() ?? '') : (meanings[0] ?? '');
    if (options.all) callback(null, [{ address, family: 4 }] as never);
    else callback(null, address, 4);
  };

describe('a message', () => {
  test('is posted, and delivered when the answer is a good one', async () => {
    const { port, seen } = await listen((_, response) => response.writeHead(204).end());
    expect(await send(message(`http://127.0.0.1:${port}/hook?x=1`), loopback)).toEqual({
      delivered: true,
      status: 204,
    });
    expect(seen).toEqual(['POST /hook?x=1 {"a":1}']);
  });

  test.each([500, 404, 429])('is not delivered when the answer is %d', async (status) => {
    const { port } = await listen((_, response) => response.writeHead(status).end('secret inside'));
    const attempt = await send(message(`http://127.0.0.1:${port}/`), loopback);
    expect(attempt).toEqual({ delivered: false, status, error: `it answered ${status}` });
  });

  test('does not follow a redirect', async () => {
    const target = await listen((_, response) => response.end());
    const { port } = await listen((_, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${target.port}/internal` }).end(),
    );
    const attempt = await send(message(`http://127.0.0.1:${port}/`), loopback);
    expect(attempt).toMatchObject({ delivered: false, status: 307 });
    expect(target.seen).toEqual([]);
  });

  test('is given up when nobody answers', async () => {
    const { port } = await listen(() => {});
    const attempt = await send(message(`http://127.0.0.1:${port}/`), { ...loopback, patience: 50 });
    expect(attempt).toEqual({ delivered: false, error: 'it did not answer within 0.05 s' });
  });

  test('to where nobody listens says so', async () => {
    const attempt = await send(message('http://127.0.0.1:1/'), loopback);
    expect(attempt).toEqual({ delivered: false, error: 'nothing listens there' });
  });
});

describe('nothing is sent inside', () => {
  test.each([
    'http://127.0.0.1:%/',
    'http://127.1:%/',
    'http://2130706433:%/',
    'http://0x7f.1:%/',
    'http://0177.0.0.1:%/',
    'http://[::ffff:127.0.0.1]:%/',
    'http://[::1]:%/',
    'http://0.0.0.0:%/',
  ])('by the address %s', async (url) => {
    const { port, seen } = await listen((_, response) => response.end());
    const attempt = await send(message(url.replace('%', `${port}`)), internet);
    expect(attempt).toEqual({ delivered: false, error: 'the address is not one of the internet' });
    expect(seen).toEqual([]);
  });

  test('by a name that means an address inside', async () => {
    const { port, seen } = await listen((_, response) => response.end());
    const attempt = await send(message(`http://rebind.test:${port}/`), { ...internet, lookup: names('127.0.0.1') });
    expect(attempt).toEqual({ delivered: false, error: 'the address is not one of the internet' });
    expect(seen).toEqual([]);
  });

  test('by a name that means something else the second time it is asked for', async () => {
    const { port, seen } = await listen((_, response) => response.end());
    let asked = 0;
    const meanings = names('127.0.0.2', '127.0.0.1');
    const lookup: LookupFunction = (...parameters) => {
      asked += 1;
      meanings(...parameters);
    };
    const isAllowed = (address: string) => address === '127.0.0.2';
    const attempt = await send(message(`http://rebind.test:${port}/`), { isAllowed, patience: 5_000, lookup });
    expect(attempt).toEqual({ delivered: false, error: 'nothing listens there' });
    // The connection went to what was looked at, where nobody listens.
    expect(asked).toBe(1);
    expect(seen).toEqual([]);
  });

  test('by a name of which only one address is inside', async () => {
    const { port, seen } = await listen((_, response) => response.end());
    const lookup: LookupFunction = (_hostname, _options, callback) =>
      callback(null, [
        { address: '1.1.1.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ] as never);
    const attempt = await send(message(`http://mixed.test:${port}/`), { ...internet, lookup });
    expect(attempt.error).toBe('the address is not one of the internet');
    expect(seen).toEqual([]);
  });
});
