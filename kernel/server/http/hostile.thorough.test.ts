import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Caller, startReadyServer, type TestServer } from '../testing/test-server.ts';

/** What people and programs send who mean no good: any string may be one of these. */
const nasty = [
  '',
  ' ',
  '\0',
  'a\0b',
  'line\nbreak',
  '\r\nset-cookie: x=1',
  "'; drop table kernel.app; --",
  '"; } } server { listen 80; }',
  '$(reboot)',
  '`id`',
  '../../../etc/passwd',
  '%00',
  '__proto__',
  'constructor',
  'toString',
  '\ud800',
  'a\udfffb',
  '\u202e\u200bevil',
  'раураl.test',
  'xn--',
  'a'.repeat(65_536),
  '𝕏'.repeat(20_000),
  '{"$ne":null}',
  'freehold-output(test.pool:main:socket)',
  '[object Object]',
  'NaN',
  '-1',
  '9'.repeat(400),
  'true',
];
const text = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 60 }));
const value = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.constantFrom(null, true, -1, 1e308, [], {}, [[]], { $ne: null }, { a: { b: {} } }),
  text.map((one) => [one]),
  text.map((one) => ({ [one]: one })),
);

interface Attempt {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

const query = (name: string) => text.map((one) => `${name}=${encodeURIComponent(one.toWellFormed())}`);

/** Every field of every route that takes text. */
const attempts = (app: string, tenant: string): fc.Arbitrary<Attempt> => {
  const body = (method: Attempt['method'], url: string, make: (given: unknown) => unknown): fc.Arbitrary<Attempt> =>
    value.map((given) => ({ method, url, body: make(given) }));
  const path = (make: (one: string) => string) =>
    text.map((one): Attempt => ({ method: 'GET', url: make(encodeURIComponent(one.toWellFormed())) }));
  const site = (spec: unknown) => ({ type: 'site', name: 'x', spec });
  return fc.oneof(
    body('POST', '/v1/session', (email) => ({ email, password: 'x' })),
    body('POST', '/v1/tenants', (name) => ({ name })),
    body('POST', '/v1/tenants', (slug) => ({ name: 'x', slug })),
    body('POST', '/v1/tenants', (parent) => ({ name: 'x', parent })),
    body('POST', '/v1/tenants', (kind) => ({ name: 'x', kind })),
    body('PATCH', `/v1/tenants/${tenant}`, (name) => ({ name })),
    body('POST', `/v1/tenants/${tenant}/tokens`, (name) => ({ name })),
    body('POST', `/v1/tenants/${tenant}/tokens`, (expiresAt) => ({ name: 'x', expiresAt })),
    body('POST', '/v1/apps', (type) => ({ ...site({}), type })),
    body('POST', '/v1/apps', (name) => ({ ...site({}), name })),
    body('POST', '/v1/apps', (node) => ({ ...site({}), node })),
    body('POST', '/v1/apps', (given) => ({ ...site({}), tenant: given })),
    body('POST', '/v1/apps', (spec) => site(spec)),
    body('POST', '/v1/apps', (hostname) => site({ hostnames: [hostname] })),
    body('POST', '/v1/apps', (title) => site({ title })),
    body('POST', '/v1/apps', (settings) => site({ settings })),
    body('POST', '/v1/apps', (setting) => site({ settings: { a: setting } })),
    body('POST', '/v1/apps', (given) => ({
      type: 'note',
      name: `n${Math.random()}`.replace('.', ''),
      spec: { text: given },
    })),
    body('PATCH', `/v1/apps/${app}`, (spec) => ({ spec })),
    body('PATCH', `/v1/apps/${app}`, (title) => ({ spec: { title } })),
    body('PATCH', `/v1/apps/${app}`, (generation) => ({ generation })),
    body('POST', `/v1/apps/${app}/suspend`, (reason) => ({ reason })),
    body('POST', `/v1/apps/${app}/suspend`, (note) => ({ reason: 'operator', note })),
    body('POST', `/v1/apps/${app}/actions/tidy`, (depth) => ({ depth })),
    body('POST', `/v1/apps/${app}/actions/rollback`, (release) => ({ release })),
    body('POST', '/v1/nodes', (name) => ({ name })),
    body('PATCH', '/v1/nodes/local', (drift) => ({ drift })),
    body('PUT', '/v1/nodes/local/plugins/pool', (config) => ({ config })),
    body('PUT', '/v1/nodes/local/plugins/pool', (workers) => ({ config: { workers } })),
    body('PATCH', '/v1/settings', (publicUrl) => ({ publicUrl })),
    path((one) => `/v1/apps/${one}`),
    path((one) => `/v1/tenants/${one}`),
    path((one) => `/v1/nodes/${one}`),
    path((one) => `/v1/plugins/${one}`),
    path((one) => `/v1/operations/${one}`),
    path((one) => `/v1/app-types/${one}`),
    path((one) => `/v1/apps/${app}/logs/${one}`),
    query('tenant').map((one): Attempt => ({ method: 'GET', url: `/v1/apps?${one}` })),
    query('name').map((one): Attempt => ({ method: 'GET', url: `/v1/apps?${one}` })),
    query('cursor').map((one): Attempt => ({ method: 'GET', url: `/v1/apps?${one}` })),
    query('limit').map((one): Attempt => ({ method: 'GET', url: `/v1/operations?${one}` })),
    query('subject').map((one): Attempt => ({ method: 'GET', url: `/v1/audit?${one}` })),
    query('types').map((one): Attempt => ({ method: 'GET', url: `/v1/events?${one}` })),
    query('after').map((one): Attempt => ({ method: 'GET', url: `/v1/events?${one}` })),
    fc.stringMatching(/^[\x21-\x7e]{1,300}$/).map(
      (one): Attempt => ({
        method: 'POST',
        url: '/v1/tenants',
        body: { name: 'x' },
        headers: { 'idempotency-key': one },
      }),
    ),
    fc
      .stringMatching(/^[\x21-\x7e]{1,300}$/)
      .map((one): Attempt => ({ method: 'GET', url: '/v1/session', headers: { authorization: `Bearer ${one}` } })),
  );
};

async function prepare(run: TestServer): Promise<{ app: string; tenant: string; admin: Caller }> {
  const { id: tenant, caller } = await run.newTenant('Ada');
  const { body } = await caller('POST', '/v1/apps', { type: 'site', name: 'target', spec: {} });
  return { app: body.id, tenant, admin: run.admin };
}

test('whatever is sent in whatever field, the answer is a good one or says what is wrong', async () => {
  const run = await startReadyServer();
  const { app, tenant, admin } = await prepare(run);
  await fc.assert(
    fc.asyncProperty(attempts(app, tenant), async ({ method, url, body, headers }) => {
      const answer = await admin(method, url, body, { accept: 'application/json', ...headers });
      if (answer.status >= 500) throw new Error(`${answer.status} ${JSON.stringify(run.logged.at(-1))}`);
      if (answer.status >= 400) expect(answer.body.code).toMatch(/^[a-z-]+$/);
      expect(JSON.stringify(answer.body).length).toBeLessThan(400_000);
    }),
    { numRuns: 500 },
  );
}, 120_000);

test('what is refused is named with its field and a short, harmless value', async () => {
  const run = await startReadyServer();
  for (const one of nasty.filter((text) => !/^[a-z0-9-]{1,63}$/.test(text))) {
    const { status, body } = await run.admin('POST', '/v1/apps', { type: 'note', name: one, spec: {} });
    expect(status).toBe(422);
    expect(body.errors[0].pointer).toBe('/name');
    expect(JSON.stringify(body)).not.toMatch(/\\u0000|\\u202e|\u202e/);
    expect(JSON.stringify(body).length).toBeLessThan(3_000);
  }
});

/** What resources write in place of each other's outputs: in a spec it would be taken for one. */
const OUTPUT = 'freehold-output(';

test('whatever a spec accepts is stored and given back as it was', async () => {
  const run = await startReadyServer();
  const { admin } = await prepare(run);
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (given) => {
      count += 1;
      const { status, body } = await admin('POST', '/v1/apps', {
        type: 'note',
        name: `n-${count}`,
        spec: { text: given },
      });
      if (status === 422) expect(given.includes('\0') || !given.isWellFormed() || given.includes(OUTPUT)).toBe(true);
      else expect((await admin('GET', `/v1/apps/${body.id}`)).body.spec.text).toBe(given);
    }),
    { numRuns: 60, endOnFailure: true, examples: nasty.map((one) => [one]) },
  );
}, 60_000);
