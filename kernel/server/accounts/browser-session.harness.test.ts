import { expect, test } from 'vitest';
import { ADMIN, startTestServer } from '../testing/test-server.ts';

const CREDENTIALS = { email: ADMIN.email, password: ADMIN.password };

async function signIn(headers: Record<string, string> = { host: 'panel.example:8600' }) {
  const run = await startTestServer();
  const answer = await run.as(undefined)('POST', '/v1/session/browser', CREDENTIALS, headers);
  const cookie = `${answer.headers['set-cookie']}`;
  const ask = (given: Record<string, string>, method: 'GET' | 'DELETE' = 'GET') =>
    run.as(undefined)(method, '/v1/session', undefined, { host: 'panel.example:8600', ...given });
  return { ...run, answer, cookie, pair: cookie.split(';')[0] ?? '', key: answer.body.key as string, ask };
}

test('a browser gets its session in two halves, of which only one is for scripts', async () => {
  const { answer, cookie, key } = await signIn();
  expect(answer).toMatchObject({ status: 201, body: { account: { email: ADMIN.email } } });
  expect(answer.body).not.toHaveProperty('token');
  expect(key).toMatch(/^[A-Za-z0-9]{20}$/);
  expect(cookie).toMatch(/^freehold-8600=fh_[A-Za-z0-9]{20}; Path=\/v1; Max-Age=2592000; HttpOnly; SameSite=Strict$/);
});

test('over https the cookie is for https alone', async () => {
  const { cookie } = await signIn({ host: 'panel.example', origin: 'https://panel.example' });
  expect(cookie).toMatch(/^freehold=.*; Secure$/);
});

test('both halves together are the session, and neither is anything alone or with another', async () => {
  const { ask, pair, key } = await signIn();
  const authorization = `Session ${key}`;
  expect(await ask({ cookie: `other=1; ${pair}`, authorization })).toMatchObject({
    status: 200,
    body: { account: { email: ADMIN.email } },
  });
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
    expect({ headers, status: (await ask(headers)).status }).toEqual({ headers, status: 401 });
});

test('signing out ends the session and makes the browser forget its half', async () => {
  const { ask, pair, key } = await signIn();
  const headers = { cookie: pair, authorization: `Session ${key}` };
  const { status, headers: answered } = await ask(headers, 'DELETE');
  expect(status).toBe(204);
  expect(`${answered['set-cookie']}`).toMatch(/^freehold-8600=; .*Max-Age=0/);
  expect((await ask(headers)).status).toBe(401);
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
