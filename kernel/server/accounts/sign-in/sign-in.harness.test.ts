import { expect, test } from 'vitest';
import { ADMIN, type Answer, startTestServer, type TestServer } from '../../testing/test-server.ts';

const CREDENTIALS = { email: ADMIN.email, password: ADMIN.password };
const signIn = ({ as }: TestServer, body: object = CREDENTIALS, headers: Record<string, string> = {}) =>
  as(undefined)('POST', '/v1/session', body, headers);

test('gives a session that stands for the account, until it signs out', async () => {
  const run = await startTestServer();
  const session = await signIn(run, { ...CREDENTIALS, email: ADMIN.email.toUpperCase() });
  expect(session).toMatchObject({
    status: 201,
    body: {
      session: expect.stringMatching(/^ses_/),
      token: expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/),
      refreshToken: expect.stringMatching(/^fhr_[0-9a-z]{20}_0_[\w-]{43}$/),
      key: null,
      account: { email: ADMIN.email },
    },
  });
  const caller = run.as(session.body.token);
  expect((await caller('GET', '/v1/session')).body).toMatchObject({
    account: { email: ADMIN.email },
    session: session.body.session,
    authenticatedAt: run.clock.now().toISOString(),
    roles: [{ role: 'super_admin' }],
  });
  expect((await caller('DELETE', '/v1/session')).status).toBe(204);
  expect((await caller('GET', '/v1/session')).body).toMatchObject({
    status: 401,
    detail: expect.stringMatching(/over/),
  });
  const { refreshToken } = session.body;
  expect((await run.as(undefined)('POST', '/v1/session/refresh', { refreshToken })).body.code).toBe('session-over');
});

test.each([
  [ADMIN.email, 'wrong'],
  ['nobody@freehold.test', ADMIN.password],
  ["' or 1=1 --", 'x'],
  [ADMIN.email, `${ADMIN.password} `],
])('with %j and %j is refused in the same words', async (email, password) => {
  const { status, body } = await signIn(await startTestServer(), { email, password });
  expect({ status, code: body.code, detail: body.detail }).toEqual({
    status: 401,
    code: 'wrong-credentials',
    detail: 'There is no account with this e-mail and password.',
  });
});

test('an access token is good for fifteen minutes', async () => {
  const run = await startTestServer();
  const { body } = await signIn(run);
  run.clock.advance(900_000 - 1);
  expect((await run.as(body.token)('GET', '/v1/session')).status).toBe(200);
  run.clock.advance(1_000);
  expect((await run.as(body.token)('GET', '/v1/session')).body.detail).toContain('expired');
});

test('guessing gets slower for the one who guesses, and not for the owner', async () => {
  const run = await startTestServer();
  const guess = async (remoteAddress: string, password = 'wrong') =>
    (
      await run.api.inject({ method: 'POST', url: '/v1/session', remoteAddress, payload: { ...CREDENTIALS, password } })
    ).json();
  const codes = [];
  for (let attempt = 0; attempt < 7; attempt++) codes.push((await guess('203.0.113.7')).code);
  expect(codes).toEqual([...Array(5).fill('wrong-credentials'), 'too-many-attempts', 'too-many-attempts']);
  // The neighbourhood of the attacker waits, with the right password too; the owner comes from elsewhere.
  expect(await guess('203.0.113.200', ADMIN.password)).toMatchObject({
    status: 429,
    detail: expect.stringContaining('1 seconds'),
  });
  expect((await guess('198.51.100.1', ADMIN.password)).session).toMatch(/^ses_/);
  run.clock.advance(1_000);
  expect((await guess('203.0.113.7')).code).toBe('wrong-credentials');
  run.clock.advance(1_000);
  expect((await guess('203.0.113.7')).detail).toContain('1 seconds');
  run.clock.advance(1_000);
  expect((await guess('203.0.113.7', ADMIN.password)).session).toMatch(/^ses_/);
  expect((await guess('203.0.113.7')).code).toBe('wrong-credentials');
});

test('guesses at the same moment are counted too, for accounts that do not exist as well', async () => {
  const run = await startTestServer();
  for (const email of [ADMIN.email, 'nobody@freehold.test']) {
    const answers = await Promise.all(Array.from({ length: 12 }, () => signIn(run, { email, password: 'x' })));
    expect(answers.filter(({ body }) => body.code === 'wrong-credentials')).toHaveLength(5);
    expect(answers.filter(({ body }) => body.code === 'too-many-attempts')).toHaveLength(7);
  }
});

test('who tries one password on many accounts is slowed down by the address', async () => {
  const run = await startTestServer();
  const answers: Answer['body'][] = [];
  for (let number = 0; number < 101; number++) {
    const payload = { email: `user-${number}@freehold.test`, password: 'x' };
    answers.push(
      (await run.api.inject({ method: 'POST', url: '/v1/session', remoteAddress: '203.0.113.7', payload })).json(),
    );
  }
  expect(answers.slice(0, 100).every(({ code }) => code === 'wrong-credentials')).toBe(true);
  expect(answers[100]).toMatchObject({ code: 'too-many-attempts' });
}, 60_000);

test('the owner sees who signed in and who tried to, and hears of a device that is new', async () => {
  const run = await startTestServer();
  const firefox = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };
  await signIn(run, { ...CREDENTIALS, password: 'wrong' }, firefox);
  await signIn(run, CREDENTIALS, firefox);
  await signIn(run, CREDENTIALS, firefox);
  const { body } = await signIn(run, CREDENTIALS, { 'user-agent': 'curl/8.5.0' });
  const { items } = (await run.as(body.token)('GET', '/v1/account/sign-ins')).body;
  expect(items.map(({ outcome, device }: Record<string, string>) => `${outcome} ${device}`)).toEqual([
    'succeeded curl',
    'succeeded Firefox on Linux',
    'succeeded Firefox on Linux',
    'wrong-password Firefox on Linux',
  ]);
  const mails = await run.store.pool.query(`select template from kernel.mail order by id`);
  expect(mails.rows).toEqual([{ template: 'new-sign-in' }]);
});
