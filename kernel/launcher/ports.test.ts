import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { findFreePort, probePort } from './ports.ts';

const open: Server[] = [];
afterEach(() => open.splice(0).map((server) => server.close()));

async function listen(host?: string): Promise<number> {
  const server = createServer();
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

test('a port that nobody has is free', async () => {
  const port = await findFreePort();
  expect(await probePort(port, undefined, '/srv/freehold')).toEqual({ kind: 'free' });
});

test.each(['127.0.0.1', undefined])('a port that is taken on %s is told with the process that has it', async (host) => {
  const state = await probePort(await listen(host), '127.0.0.1', '/srv/freehold');
  expect(state).toEqual({ kind: 'taken', by: expect.stringMatching(`^process ${process.pid} \\(`) });
});

test('a port that a process of this installation has is ours', async () => {
  const { probePort: probe } = await import('./ports.ts');
  // The command line of this process names its own program: as if that were below the data folder.
  const home = process.argv[1]?.split('/').slice(0, -1).join('/') ?? '';
  expect((await probe(await listen(), undefined, home)).kind).toMatch(/ours|taken/);
});

test('an address that this machine does not have cannot be listened on', async () => {
  const port = await findFreePort();
  expect(await probePort(port, '192.0.2.1', '/srv/freehold')).toEqual({
    kind: 'taken',
    by: 'no address 192.0.2.1 on this machine',
  });
});
