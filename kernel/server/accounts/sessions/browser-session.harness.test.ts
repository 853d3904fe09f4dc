import { expect, test } from 'vitest';
import { ADMIN, startTestServer } from '../../testing/test-server.ts';

const CREDENTIALS = { email: ADMIN.email, password: ADMIN.password };
const HOST = { host: 'panel.example:8600' };

async function signIn(headers: Record<string, string> = HOST) {
  const run = await startTestServer();
  const answer = await run.as(undefined)('POST', '/v1/session/browser', CREDENTIALS, headers);
  const cookie = `${answer.headers['set-cookie']}`;
  const refresh = (given: Record<string, string>) =>
    run.as(undefined)('POST', '/v1/session/refresh', undefined, { ...HOST, ...given });
  return { ...run, answer, cookie, pair: cookie.split(';')[0] ?? '', key: answer.body.key as string, refresh };
}

test('a browser gets its session in two halves, of which only one is for scripts', async () => {
  const { answer, cookie, key } = await signIn();
  expect(answer).toMatchObject({ status: 201, body: { account: { email: ADMIN.email }, refreshToken: null } });
  expect(key).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(cookie).toMatch(
    /^freehold-8600=fhr_[\w-]+; Path=\/v1\/session; Expires=Thu, 08 Jan 2026 00:00:00 GMT; HttpOnly; SameSite=Strict$/,
  );
});

test('over https the cookie is for https alone', async () => {
  const { cookie } = await signIn({ host: 'panel.example', origin: 'https://panel.example' });
  expect(cookie).toMatch(/^freehold=.*; Secure$/);
});

test('both halves together go on with the session, whose page keeps its half', async () => {
  const { refresh, pair, key, as } = await signIn();
  const authorization = `Session ${key}`;
  const { body, headers } = await refresh({ cookie: `other=1; ${pair}`, authorization });
  expect(body).toMatchObject({ refreshToken: null, key: null, account: { email: ADMIN.email } });
  expect((await as(body.token)('GET', '/v1/session')).status).toBe(200);
  const next = `${headers['set-cookie']}`.split(';')[0] ?? '';
  expect(next).not.toBe(pair);
  expect((await refresh({ cookie: next, authorization })).status).toBe(200);
});

test('neither half is anything alone or with another, and trying ends nothing', async () => {
  const { refresh, pair, key, as } = await signIn();
  const authorization = `Session ${key}`;
  const wrong: Record<string, string>[] = [
    { cookie: pair },
    { authorization },
    { authorization: `Bearer ${key}`, cookie: pair },
    { authorization: `Session ${key.slice(1)}x`, cookie: pair },
    { authorization, cookie: pair.replace('freehold-8600', 'freehold-8601') },
    { authorization, cookie: pair, host: 'panel.example:8601' },
    { authorization, cookie: 'freehold-8600=' },
    { authorization, cookie: `${pair}"` },
  ];
  for (const headers of wrong)
    expect({ headers, status: (await refresh(headers)).status }).toEqual({ headers, status: 401 });
  const refreshToken = pair.split('=')[1];
  expect((await as(undefined)('POST', '/v1/session/refresh', { refreshToken })).body.detail).toContain('key');
  expect((await refresh({ cookie: pair, authorization })).status).toBe(200);
});

test('the cookie is no way to anything but to going on', async () => {
  const { pair, key, as } = await signIn();
  for (const authorization of [undefined, `Session ${key}`])
    for (const url of ['/v1/session', '/v1/account', '/v1/apps'])
      expect(
        (await as(undefined)('GET', url, undefined, { ...HOST, cookie: pair, ...(authorization && { authorization }) }))
          .status,
      ).toBe(401);
});

test.each<Record<string, string>>([
  { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  { 'sec-fetch-site': 'same-site', origin: 'http://panel.example:8080' },
  { origin: 'https://evil.example' },
  { origin: 'http://panel.example:8080' },
  { origin: 'null' },
])('a page of another site cannot make a browser go on or sign in: %j', async (headers) => {
  const { refresh, pair, key, as, store } = await signIn();
  const forged = await refresh({ cookie: pair, authorization: `Session ${key}`, ...headers });
  expect(forged).toMatchObject({ status: 403, body: { code: 'cross-site-request' } });
  expect(forged.headers).not.toHaveProperty('set-cookie');
  const login = await as(undefined)('POST', '/v1/session/browser', CREDENTIALS, { ...HOST, ...headers });
  expect([login.status, login.headers['set-cookie']]).toEqual([403, undefined]);
  const { rows } = await store.pool.query('select generation, ended_at from kernel.session');
  expect(rows).toEqual([{ generation: 0, ended_at: null }]);
});

test('the page of the installation can', async () => {
  const { refresh, pair, key } = await signIn();
  const headers = { cookie: pair, authorization: `Session ${key}`, origin: 'http://panel.example:8600' };
  expect((await refresh({ ...headers, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
});

test('a form of another site, which can send no JSON, does nothing', async () => {
  const { pair, api } = await signIn();
  const answer = await api.inject({
    method: 'POST',
    url: '/v1/session/refresh',
    headers: { ...HOST, cookie: pair, 'content-type': 'text/plain' },
    payload: '{}',
  });
  expect(answer.statusCode).toBe(415);
});

test('signing out ends the session and makes the browser forget its half', async () => {
  const { refresh, pair, key, answer, as } = await signIn();
  const { status, headers } = await as(answer.body.token)('DELETE', '/v1/session', undefined, {
    ...HOST,
    cookie: pair,
  });
  expect(status).toBe(204);
  expect(`${headers['set-cookie']}`).toMatch(/^freehold-8600=; .*Max-Age=0/);
  expect((await refresh({ cookie: pair, authorization: `Session ${key}` })).body.code).toBe('session-over');
});

test('a program that signs out is sent no cookie', async () => {
  const { as } = await startTestServer();
  const { body } = await as(undefined)('POST', '/v1/session', CREDENTIALS);
  expect((await as(body.token)('DELETE', '/v1/session')).headers).not.toHaveProperty('set-cookie');
});

test('a wrong password sets no cookie', async () => {
  const { as } = await startTestServer();
  const { status, headers } = await as(undefined)('POST', '/v1/session/browser', { ...CREDENTIALS, password: 'x' });
  expect([status, headers['set-cookie']]).toEqual([401, undefined]);
});

test('a request that is repeated with its idempotency key is answered to the same browser only', async () => {
  const { pair, key, as } = await signIn();
  const refresh = (headers: Record<string, string>) =>
    as(undefined)('POST', '/v1/session/refresh', undefined, { ...HOST, 'idempotency-key': 'one', ...headers });
  const first = await refresh({ cookie: pair, authorization: `Session ${key}` });
  expect(first.status).toBe(200);
  const again = await refresh({ cookie: pair, authorization: `Session ${key}` });
  expect([again.headers['idempotency-replayed'], again.body]).toEqual(['true', first.body]);
  for (const headers of [{}, { cookie: pair }, { authorization: `Session ${key}` }])
    expect((await refresh(headers as Record<string, string>)).status).toBe(401);
});
