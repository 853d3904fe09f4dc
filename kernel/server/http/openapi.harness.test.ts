import { beforeEach, describe, expect, test } from 'vitest';
import { compileSchema } from '../schema/compile-schema.ts';
import { type Caller, startReadyServer, type TestServer } from '../testing/test-server.ts';
import { ProblemDocument } from './schemas.ts';

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With names in braces. */
  readonly path: string;
  readonly isPublic: boolean;
  readonly definition: { readonly summary?: string; readonly responses: Record<string, unknown> };
}

/** Without a body there is nothing in it to be refused. */
const takesBody = ({ definition }: Route) => 'requestBody' in definition;

const problemDocument = compileSchema(ProblemDocument);
const expectProblem = (body: unknown) => expect(problemDocument.validate(body).problems).toEqual([]);

async function listRoutes({ as }: TestServer): Promise<Route[]> {
  const { body } = await as(undefined)('GET', '/v1/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  return Object.entries<Record<string, never>>(body.paths).flatMap(([path, methods]) =>
    Object.entries<Route['definition'] & { security?: unknown[] }>(methods).map(([method, definition]) => ({
      method: method.toUpperCase() as Route['method'],
      path,
      isPublic: definition.security?.length === 0,
      definition,
    })),
  );
}

const fill = (path: string, values: Record<string, string> = {}) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? `${name.slice(0, 3)}_00000000000000000000`);

/** A body that each route would accept, so that nothing but the tenant or the token is wrong with the request. */
const bodies: Record<string, unknown> = {
  'POST /v1/session': { email: 'a@b.test', password: 'x' },
  'POST /v1/session/browser': { email: 'a@b.test', password: 'x' },
  'POST /v1/tenants': { name: 'x' },
  'PATCH /v1/tenants/{tenant}': { name: 'x' },
  'POST /v1/tenants/{tenant}/tokens': { name: 'x' },
  'POST /v1/packages': { name: 'x' },
  'PATCH /v1/packages/{package}': { name: 'x' },
  'PUT /v1/tenants/{tenant}/packages': { packages: [] },
  'POST /v1/tenants/{tenant}/packages/check': { packages: [] },
  'POST /v1/apps': { type: 'site', name: 'x', spec: {} },
  'PATCH /v1/apps/{app}': { name: 'x' },
  'POST /v1/apps/{app}/suspend': { reason: 'operator' },
  'POST /v1/nodes': { name: 'x' },
};

const send = (caller: Caller, { method, path }: Route, values: Record<string, string> = {}) => {
  const isUpload = path.endsWith('/files');
  const payload = isUpload
    ? Buffer.from('x')
    : method === 'GET' || method === 'DELETE'
      ? undefined
      : (bodies[`${method} ${path}`] ?? {});
  return caller(method, fill(path, values), payload, {
    accept: 'application/json',
    ...(isUpload && { 'content-type': 'application/x-tar' }),
  });
};

describe('every route of the OpenAPI document', () => {
  let run: TestServer;
  let routes: Route[];
  beforeEach(async () => {
    run = await startReadyServer();
    routes = await listRoutes(run);
  });

  test('is one of these', () => {
    expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toMatchSnapshot();
  });

  test('says what it does and what it answers', () => {
    for (const { path, definition } of routes) {
      expect({ path, summary: definition.summary }).toEqual({ path, summary: expect.stringMatching(/^[A-Z].*[^.]$/) });
      if (path !== '/v1/openapi.json') expect(Object.keys(definition.responses).length).toBeGreaterThan(1);
    }
  });

  test('answers 401 without a token and with a wrong one, unless it is public', async () => {
    for (const route of routes.filter(({ isPublic }) => !isPublic))
      for (const token of [undefined, 'fh_wrong', `fh_${'x'.repeat(40)}`]) {
        const { status, body } = await send(run.as(token), route);
        expect({ route: `${route.method} ${route.path}`, status, code: body.code }).toEqual({
          route: `${route.method} ${route.path}`,
          status: 401,
          code: 'unauthenticated',
        });
        expectProblem(body);
      }
  });

  test('answers 404 for what belongs to another tenant, as for what does not exist', async () => {
    const { caller: ada, id: tenant } = await run.newTenant('Ada');
    const { caller: bob } = await run.newTenant('Bob');
    const { body: app } = await ada('POST', '/v1/apps', { type: 'site', name: 'x', spec: {} });
    const { body: token } = await ada('POST', `/v1/tenants/${tenant}/tokens`, { name: 'x' });
    const values = { tenant, app: app.id, operation: app.operation.id, token: token.id, log: 'access', action: 'tidy' };
    const owned = routes.filter(({ path }) => /\{(?:tenant|app|operation)\}/.test(path));
    expect(owned.length).toBeGreaterThan(15);
    for (const route of owned) {
      const foreign = await send(bob, route, values);
      const missing = await send(bob, route);
      // Who may do such a thing nowhere is told so, and whoever sends the wrong body, before anything is looked for.
      const first = ['permission-denied', 'invalid-request'].includes(foreign.body.code);
      expect({ route: `${route.method} ${route.path}`, status: foreign.status }).toEqual({
        route: `${route.method} ${route.path}`,
        status: first ? expect.toBeOneOf([403, 422]) : 404,
      });
      expect(missing.body.code).toBe(foreign.body.code);
      expectProblem(foreign.body);
    }
    expect((await ada('GET', `/v1/apps/${app.id}`)).body.lifecycle).toBe('present');
  });

  test('lets only super administrators near nodes, plugins and settings', async () => {
    const { caller } = await run.newTenant('Ada');
    const closed = routes.filter(({ path }) => /^\/v1\/(?:nodes|plugins|settings)/.test(path));
    for (const route of closed) {
      const { status, body } = await send(caller, route, { node: 'local', plugin: 'site' });
      expect({ route: `${route.method} ${route.path}`, status, code: body.code }).toEqual({
        route: `${route.method} ${route.path}`,
        status: 403,
        code: 'permission-denied',
      });
    }
  });

  test('refuses fields and queries that it does not know', async () => {
    const careless: string[] = [];
    for (const route of routes.filter(({ path, isPublic }) => !isPublic && !/actions|files/.test(path))) {
      if (route.method === 'DELETE') continue;
      const withBody = route.method !== 'GET';
      if (withBody && !takesBody(route)) careless.push(`${route.method} ${route.path}`);
      const url = fill(route.path) + (withBody ? '' : '?surprise=1');
      const known = (bodies[`${route.method} ${route.path}`] ?? {}) as object;
      const { status, body } = await run.admin(route.method, url, withBody ? { ...known, surprise: 1 } : undefined);
      const takesQuery =
        route.method === 'GET' &&
        (route.definition as { parameters?: { in: string }[] }).parameters?.some((one) => one.in === 'query');
      if ((withBody && takesBody(route)) || takesQuery)
        expect({ url, status, code: body.code }).toEqual({ url, status: 422, code: 'invalid-request' });
    }
    expect(careless).toEqual([]);
  });
});

describe('what is no request', () => {
  test.each([
    ['no JSON', '{"a":', 'application/json', 400, 'malformed-json'],
    ['text', 'hello', 'text/plain', 415, 'unsupported-media-type'],
    ['XML', '<a/>', 'application/xml', 415, 'unsupported-media-type'],
    ['a form', 'a=1', 'application/x-www-form-urlencoded', 415, 'unsupported-media-type'],
    ['too much', `{"name":"${'x'.repeat(1_100_000)}"}`, 'application/json', 413, 'body-too-large'],
    ['nested too deeply', `{"name":${'['.repeat(90)}${']'.repeat(90)}}`, 'application/json', 422, 'invalid-request'],
    [
      'nested without end',
      `{"name":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      'application/json',
      422,
      'invalid-request',
    ],
    ['a prototype', '{"name":"x","__proto__":{"admin":true}}', 'application/json', 422, 'invalid-request'],
    ['a number', '7', 'application/json', 422, 'invalid-request'],
    ['null', 'null', 'application/json', 422, 'invalid-request'],
    ['nothing', '', 'application/json', 422, 'invalid-request'],
  ])('%s', async (_, payload, type, status, code) => {
    const { admin } = await startReadyServer();
    const answer = await admin('POST', '/v1/tenants', payload, { 'content-type': type });
    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expectProblem(answer.body);
  });

  test('addresses of all kinds', async () => {
    const { admin } = await startReadyServer();
    const long = `/v1/apps/${'x'.repeat(5_000)}`;
    for (const url of [
      '/nothing',
      '/v1/nothing',
      '/v1/apps/x/y/z',
      '/v1/apps/%00',
      '/v1/apps/%ff',
      '/v1/apps/..%2f..',
      long,
    ]) {
      const { status, body } = await admin('GET', url);
      expect([400, 404, 422]).toContain(status);
      expectProblem(body);
    }
  });
});
