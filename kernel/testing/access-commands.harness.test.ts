import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { addPerson } from '../server/testing/people.ts';
import { ADMIN, startReadyServer, type TestServer } from '../server/testing/test-server.ts';

/** The address of a server that asks the API in this process. */
async function serve({ api }: TestServer): Promise<string> {
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const payload = await buffer(request);
    const answer = await api.inject({ method, url, headers, payload } as never);
    response.writeHead(answer.statusCode, answer.headers as Record<string, string>).end(answer.rawPayload);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function start() {
  const run = await startReadyServer();
  const api = await serve(run);
  const freehold = (...args: string[]) =>
    new Promise<string>((resolve) => {
      const command = [join(import.meta.dirname, '../cli/main.ts'), '--api', api, '--token', ADMIN.token, ...args];
      const child = execFile(process.execPath, command, { env: { PATH: process.env.PATH } }, (_error, stdout, stderr) =>
        resolve(stdout + stderr),
      );
      child.stdin?.end();
    });
  return { run, freehold };
}

test('people are invited, limited and shut out from the command line', async () => {
  const { run, freehold } = await start();
  const { id } = await run.newTenant('Ada');
  expect(await freehold('members', 'invite', 'ada', 'x@example.test', '--role', 'customer')).toContain(
    'Invited x@example.test',
  );
  expect(await freehold('members', 'list', 'ada')).toContain('invited until');
  expect(await freehold('members', 'uninvite', 'ada', 'X@example.test')).toContain('worth nothing');
  await addPerson(run, { tenant: id, email: 'tech@example.test', role: 'technical_user' });
  const set = ['members', 'set', 'ada', 'tech@example.test', '--role', 'technical_user', '--permission', 'app.deploy'];
  expect(JSON.parse(await freehold(...set, '--json'))).toMatchObject({ actions: ['app.deploy'], apps: null });
  expect(await freehold('members', 'remove', 'ada', 'tech@example.test', '--yes')).toContain(
    'no access to Ada any more',
  );
  expect(await freehold('permissions')).toContain('site.polish');
}, 60_000);

test('tenants are suspended, removed and restored from the command line, and tokens are limited', async () => {
  const { run, freehold } = await start();
  await run.newTenant('Ada');
  expect(await freehold('tenants', 'suspend', 'ada', '--reason', 'billing')).toContain('Ada is suspended: billing');
  expect(await freehold('tenants', 'resume', 'ada')).toContain('not suspended any more');
  expect(await freehold('tenants', 'remove', 'ada', '--yes')).toContain('can be restored until');
  expect(await freehold('tenants', 'restore', 'ada')).toContain('Ada is back');
  const create = [
    'tenants',
    'token',
    'create',
    'ada',
    '--permission',
    'app.read',
    '--address',
    '192.0.2.0/24',
    '--json',
  ];
  expect(JSON.parse(await freehold(...create))).toMatchObject({
    permissions: ['app.read'],
    addresses: ['192.0.2.0/24'],
  });
}, 60_000);
