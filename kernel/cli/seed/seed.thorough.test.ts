import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createTestKernel, type TestKernel } from '@freehold/sdk/testing';
import { expect, onTestFinished, test } from 'vitest';
import { ApiClient } from '../api-client.ts';
import { seed } from './seed.ts';
import { seedPlan } from './seed-plan.ts';

const fixtures = join(import.meta.dirname, '../../server/testing/plugins');
const options = {
  ...{ plan: seedPlan, password: 'a long word of many letters', type: 'site' },
  spec: (hostname: string) => ({ hostnames: [hostname] }),
};

/** The API of a test kernel, at an address. */
async function serve(kernel: TestKernel): Promise<string> {
  const server = createServer(async (request, reply) => {
    const body = await text(request);
    const { status, body: answer } = await kernel.http.inject({
      ...{ method: request.method as 'GET', url: request.url ?? '/' },
      ...(body && { body: JSON.parse(body) }),
      ...(request.headers.authorization && { token: request.headers.authorization.replace('Bearer ', '') }),
    });
    reply.writeHead(status, { 'content-type': 'application/json' });
    reply.end(answer === '' ? '' : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an installation is filled with resellers, customers, packages, apps and people, once', async () => {
  await using kernel = await createTestKernel({
    plugins: [join(fixtures, 'site'), join(fixtures, 'pool')],
    node: { commands: { 'pool-versions': '1\n2\n' } },
  });
  const api = await serve(kernel);
  const client = new ApiClient({ api });
  const report = await seed(client, options);
  expect(report).toMatchObject({ made: { tenants: 8, packages: 6, apps: 9 }, omissions: [] });
  expect(report.accounts).toHaveLength(12);
  const tenants = await client.listTenants();
  const bakery = tenants.find(({ slug }) => slug === 'north-bakery');
  expect(tenants.find(({ id }) => id === bakery?.parent)?.slug).toBe('north');
  expect((await client.listApps({ tenant: bakery?.id })).map(({ name }) => name).sort()).toEqual([
    'bakery-shop',
    'bakery-website',
  ]);

  const nothing = { made: { tenants: 0, packages: 0, apps: 0 }, accounts: [], omissions: [] };
  expect(await seed(client, options)).toEqual(nothing);

  const session = await client.signIn('developer@bakery.test', options.password);
  const developer = new ApiClient({ api, token: 'token' in session ? session.token : '' });
  expect((await developer.listApps()).map(({ name }) => name)).toEqual(['bakery-shop']);
});

test('without a plugin for websites everything else is made, and it is said', async () => {
  await using kernel = await createTestKernel({
    plugins: [join(fixtures, 'pool')],
    node: { commands: { 'pool-versions': '1\n' } },
  });
  const report = await seed(new ApiClient({ api: await serve(kernel) }), options);
  expect(report).toMatchObject({
    made: { tenants: 8, apps: 0 },
    omissions: ['No apps were made: no plugin that runs has the app type site.'],
  });
});
