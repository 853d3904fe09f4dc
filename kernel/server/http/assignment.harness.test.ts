import { describe, expect, test } from 'vitest';
import { startReadyServer, type TestServer } from '../testing/test-server.ts';

/** What callers would like to be asked for, and are not. */
const wishes: Record<string, unknown> = {
  ...{
    id: 'tnt_00000000000000000000',
    kind: 'hoster',
    parent: null,
    path: [],
    tenantId: 'x',
    owner: 'x',
    account: 'x',
  },
  ...{
    role: 'super_admin',
    roles: ['super_admin'],
    memberships: [],
    isAdmin: true,
    admin: true,
    permissions: ['*'],
    scope: null,
  },
  ...{
    generation: 99,
    lifecycle: 'purging',
    suspended: [],
    release: 1,
    createdAt: '2000-01-01T00:00:00Z',
    purgeAfter: null,
  },
  ...{
    password_hash: 'x',
    passwordHash: 'x',
    secret: 'x',
    hash: 'x',
    verified: true,
    emailVerifiedAt: '2000-01-01',
    actor: 'x',
  },
};

/** Everything that such a wish could change. */
async function dump({ store }: TestServer): Promise<string> {
  const tables = [
    'tenant',
    'account',
    'membership',
    'app',
    'node',
    'setting',
    'webhook',
    'operation',
    'reconciliation',
  ];
  const rows = await Promise.all(
    tables.map((table) => store.pool.query(`select t::text from kernel.${table} t order by 1`)),
  );
  return JSON.stringify(rows.map(({ rows: found }) => found));
}

interface Target {
  readonly method: 'POST' | 'PATCH' | 'PUT';
  readonly url: string;
  readonly body: Record<string, unknown>;
}

async function prepare(run: TestServer): Promise<{ targets: Target[]; tenant: string; caller: TestServer['admin'] }> {
  const { id: tenant, caller } = await run.newTenant('Ada');
  const { body: app } = await caller('POST', '/v1/apps', { type: 'note', name: 'x', spec: {} });
  await run.node.settle();
  const targets: Target[] = [
    { method: 'POST', url: '/v1/apps', body: { type: 'note', name: 'y', spec: {} } },
    { method: 'PATCH', url: `/v1/apps/${app.id}`, body: { name: 'z' } },
    { method: 'POST', url: `/v1/apps/${app.id}/suspend`, body: { reason: 'operator' } },
    { method: 'POST', url: '/v1/webhooks', body: { url: 'https://example.org/' } },
    { method: 'POST', url: '/v1/tenants', body: { name: 'Mine' } },
    { method: 'PATCH', url: `/v1/tenants/${tenant}`, body: { name: 'Other' } },
    { method: 'PATCH', url: '/v1/settings', body: { name: 'Other' } },
    { method: 'POST', url: '/v1/nodes', body: { name: 'other' } },
  ];
  return { targets, tenant, caller };
}

test('a field that a request does not have changes nothing, whoever sends it', async () => {
  const run = await startReadyServer();
  const { targets, caller } = await prepare(run);
  const before = await dump(run);
  for (const { method, url, body } of targets)
    for (const who of [run.admin, caller])
      for (const [name, value] of Object.entries(wishes)) {
        if (name in body) continue;
        const answer = await who(method, url, { ...body, [name]: value });
        // These few a request does have, and says what may be in them.
        const has = (url === '/v1/tenants' && /^(?:kind|parent)$/.test(name)) || name === 'generation';
        const refused = has ? answer.status >= 400 : [403, 422].includes(answer.status);
        if (!refused) throw new Error(`${method} ${url} with ${name} was answered ${answer.status}`);
      }
  expect(await dump(run)).toBe(before);
});

describe('a prototype', () => {
  const polluted = () =>
    (({}) as Record<string, unknown>).polluted ?? ([] as unknown as Record<string, unknown>).polluted;
  const evil = '{"polluted":"yes"}';

  test.each([
    ['at the top', `{"type":"note","name":"p","spec":{},"__proto__":${evil}}`],
    ['in the spec', `{"type":"site","name":"p","spec":{"__proto__":${evil}}}`],
    ['in a map of the spec', `{"type":"site","name":"p","spec":{"settings":{"__proto__":${evil}}}}`],
    ['through the constructor', `{"type":"site","name":"p","spec":{"constructor":{"prototype":${evil}}}}`],
    [
      'in a map, through the constructor',
      `{"type":"site","name":"p","spec":{"settings":{"constructor":{"prototype":${evil}}}}}`,
    ],
    ['with an escape', `{"type":"note","name":"p","spec":{},"\\u005f_proto__":${evil}}`],
  ])('%s of a body reaches nobody', async (_, payload) => {
    const run = await startReadyServer();
    const before = await dump(run);
    const answer = await run.admin('POST', '/v1/apps', payload, { 'content-type': 'application/json' });
    expect(answer.status).toBe(422);
    expect(polluted()).toBeUndefined();
    expect(await dump(run)).toBe(before);
  });

  test('in a change, in the settings, in a query or in a header reaches nobody', async () => {
    const run = await startReadyServer();
    const { body: app } = await run.admin('POST', '/v1/apps', { type: 'site', name: 'x', spec: {} });
    const json = { 'content-type': 'application/json' };
    const before = await dump(run);
    const answers = [
      await run.admin('PATCH', `/v1/apps/${app.id}`, `{"spec":{"__proto__":${evil}}}`, json),
      await run.admin('PATCH', '/v1/settings', `{"rateLimits":{"__proto__":${evil}}}`, json),
      await run.admin('PATCH', '/v1/settings', `{"__proto__":${evil}}`, json),
      await run.admin('GET', '/v1/apps?__proto__[polluted]=yes'),
      await run.admin('GET', '/v1/apps?__proto__=yes'),
      await run.admin('GET', '/v1/apps?constructor.prototype.polluted=yes'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 422]);
    await run.admin('GET', '/v1/apps', undefined, { 'x-a': '__proto__' });
    expect(polluted()).toBeUndefined();
    expect(await dump(run)).toBe(before);
  });
});
