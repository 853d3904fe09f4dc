import { expect, test } from 'vitest';
import { startReadyServer, type TestServer } from '../testing/test-server.ts';

const app = (name: string, more = {}) => ({ type: 'note', name, spec: {}, ...more });
const json = { accept: 'application/json' };

async function start() {
  const run = await startReadyServer();
  const seller = await run.newTenant('Seller', { kind: 'reseller' });
  const make = async (name: string) => (await seller.caller('POST', '/v1/tenants', { name })).body.id as string;
  const [ada, bob] = [await make('Ada'), await make('Bob')];
  const newApp = async (tenant: string, name: string) =>
    (await seller.caller('POST', '/v1/apps', app(name, { tenant }))).body.id as string;
  const apps = { ada: await newApp(ada, 'one'), other: await newApp(ada, 'two'), bob: await newApp(bob, 'three') };
  const token = (scope: object) => limited(run, seller.id, scope);
  return { run, seller, ada, bob, apps, token };
}

async function limited({ admin, as }: TestServer, tenant: string, scope: object) {
  const { status, body } = await admin('POST', `/v1/tenants/${tenant}/tokens`, { name: 'limited', ...scope });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return as(body.token);
}

const ids = (items: { id: string }[]) => items.map(({ id }) => id).sort();

test('a token that is limited to permissions does these and nothing else', async () => {
  const { ada, apps, token } = await start();
  const caller = await token({ permissions: ['app.read', 'app.act:tidy'] });
  expect((await caller('GET', '/v1/apps')).body.items).toHaveLength(3);
  for (const [method, url, body] of [
    ['PATCH', `/v1/apps/${apps.ada}`, { name: 'x' }],
    ['POST', '/v1/apps', app('x', { tenant: ada })],
    ['GET', '/v1/tenants', undefined],
    ['GET', '/v1/operations', undefined],
    ['POST', `/v1/apps/${apps.ada}/actions/rollback`, {}],
    ['POST', `/v1/tenants/${ada}/tokens`, { name: 'x' }],
  ] as const)
    expect({ url, ...(await caller(method, url, body)).body }).toMatchObject({
      url,
      status: 403,
      code: 'token-not-for-this',
    });
});

test('a token that is limited to tenants knows of no other', async () => {
  const { seller, ada, bob, apps, token } = await start();
  const caller = await token({ tenants: [ada] });
  expect(ids((await caller('GET', '/v1/tenants')).body.items)).toEqual([ada]);
  expect(ids((await caller('GET', '/v1/apps')).body.items)).toEqual([apps.ada, apps.other].sort());
  for (const url of [`/v1/tenants/${bob}`, `/v1/apps/${apps.bob}`, `/v1/tenants/${seller.id}`])
    expect((await caller('GET', url)).status).toBe(404);
  expect((await caller('POST', '/v1/apps', app('x', { tenant: bob }))).status).toBe(404);
  const events = await caller('GET', '/v1/events', undefined, json);
  expect(JSON.stringify(events.body)).not.toContain(apps.bob);
});

test('a token that is limited to apps knows of no other, also of an administrator', async () => {
  const { run, ada, apps } = await start();
  const { body } = await run.admin('GET', '/v1/tenants');
  const hoster = body.items.find(({ kind }: { kind: string }) => kind === 'hoster').id;
  const caller = await limited(run, hoster, { apps: [apps.ada] });
  expect(ids((await caller('GET', '/v1/apps')).body.items)).toEqual([apps.ada]);
  expect((await caller('PATCH', `/v1/apps/${apps.ada}`, { name: 'mine' })).status).toBe(200);
  for (const url of [`/v1/apps/${apps.other}`, `/v1/tenants/${ada}`])
    expect((await caller('GET', url)).status).toBe(404);
  for (const url of ['/v1/nodes', '/v1/settings', '/v1/plugins', '/v1/audit'])
    expect((await caller('GET', url)).status).toBe(403);
  expect((await caller('POST', '/v1/apps', app('x'))).status).toBe(403);
});

test('a token is good only from where it says', async () => {
  const { run, ada } = await start();
  const here = await limited(run, ada, { addresses: ['127.0.0.0/8', '2001:db8::/32'] });
  const elsewhere = await limited(run, ada, { addresses: ['192.0.2.0/24'] });
  expect((await here('GET', '/v1/apps')).status).toBe(200);
  expect(await elsewhere('GET', '/v1/apps')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  const { items } = (await run.admin('GET', `/v1/tenants/${ada}/tokens`)).body;
  expect(items.map(({ lastUsedAddress }: { lastUsedAddress: string }) => lastUsedAddress).sort()).toEqual([
    '127.0.0.1',
    null,
  ]);
});

test('nobody makes a token that can do more than they can', async () => {
  const { run, seller, ada, bob, apps, token } = await start();
  const make = (caller: typeof run.admin, tenant: string, scope: object) =>
    caller('POST', `/v1/tenants/${tenant}/tokens`, { name: 'x', ...scope });
  const maker = await token({
    permissions: ['token.manage', 'tenant.read', 'app.read'],
    tenants: [ada],
    addresses: ['127.0.0.1'],
  });
  expect((await make(maker, ada, {})).body.code).toBe('token-too-strong');
  expect((await make(maker, ada, { permissions: ['app.change'] })).body.code).toBe('token-too-strong');
  expect((await make(maker, bob, { permissions: ['app.read'] })).status).toBe(404);
  expect((await make(maker, ada, { permissions: ['app.read'] })).body).toMatchObject({
    tenants: [ada],
    addresses: ['127.0.0.1'],
  });
  expect((await make(seller.caller, ada, { permissions: ['node.read'] })).body.errors).toMatchObject([
    { pointer: '/permissions/0' },
  ]);
  expect((await make(seller.caller, ada, { tenants: [bob] })).status).toBe(404);
  expect((await make(seller.caller, ada, { apps: [apps.bob] })).status).toBe(404);
  expect((await make(seller.caller, ada, { addresses: ['everywhere'] })).status).toBe(422);
  for (const field of ['permissions', 'tenants', 'apps', 'addresses'])
    expect((await make(seller.caller, ada, { [field]: [] })).status).toBe(422);
});
