import { generate } from 'otplib';
import { expect, test } from 'vitest';
import { ADMIN, type Answer, startTestServer } from '../../testing/test-server.ts';

const CREDENTIALS = { email: ADMIN.email, password: ADMIN.password };

/** An administrator with an authenticator app. */
async function start() {
  const run = await startTestServer();
  const anybody = run.as(undefined);
  const signIn = async () => (await anybody('POST', '/v1/session', CREDENTIALS)).body;
  const { token } = await signIn();
  const person = run.as(token);
  const { body: secret } = await person('POST', '/v1/account/totp', {});
  const codeAt = (moment: number) => generate({ secret: secret.secret, epoch: Math.floor(moment / 1_000) });
  const code = (late = 0) => codeAt(run.clock.now().getTime() - late);
  const { body: confirmed } = await person('POST', '/v1/account/totp/confirmation', { code: await code() });
  const begin = async () => (await signIn()).secondFactor;
  const show = async (token: string, code: string): Promise<Answer> =>
    anybody('POST', '/v1/session/second-factor', { token, code });
  const mails = async () =>
    (await run.store.pool.query(`select template from kernel.mail order by id`)).rows.map(({ template }) => template);
  const nextStep = () => run.clock.advance(30_000);
  return {
    ...run,
    anybody,
    person,
    secret,
    recoveryCodes: confirmed.recoveryCodes as string[],
    code,
    begin,
    show,
    mails,
    nextStep,
  };
}

test('a secret is shown as text and as a picture, and counts when a code of it was given', async () => {
  const { secret, recoveryCodes, person, mails } = await start();
  expect(secret.secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(secret.uri).toMatch(/^otpauth:\/\/totp\/Freehold:admin%40freehold\.test\?secret=/);
  expect(Buffer.from(secret.qrCode.split(',')[1], 'base64').toString()).toMatch(/^<svg /);
  expect(recoveryCodes).toHaveLength(10);
  expect((await person('GET', '/v1/account')).body).toMatchObject({ totp: true, passkeys: 0, recoveryCodes: 10 });
  expect(await mails()).toEqual(['second-factor-changed']);
});

test('a secret that was only looked at changes nothing', async () => {
  const { person, begin, show, code, nextStep } = await start();
  await person('POST', '/v1/account/totp', {});
  expect((await person('POST', '/v1/account/totp/confirmation', { code: '000000' })).body.code).toBe(
    'second-factor-wrong',
  );
  nextStep();
  expect((await show((await begin()).token, await code())).status).toBe(201);
});

test('the password alone gives nothing but the next step, which is good for nothing else', async () => {
  const { begin, as, show, code, nextStep, store } = await start();
  const { token, methods, passkey } = await begin();
  expect({ methods, passkey }).toEqual({ methods: ['totp', 'recovery-code'], passkey: null });
  for (const [method, url] of [
    ['GET', '/v1/session'],
    ['GET', '/v1/apps'],
    ['POST', '/v1/account/totp'],
    ['DELETE', '/v1/account/totp'],
    ['DELETE', '/v1/session'],
  ] as const)
    expect((await as(token)(method, url, method === 'POST' ? {} : undefined)).status).toBe(401);
  expect((await as(undefined)('POST', '/v1/session/refresh', { refreshToken: token })).status).toBe(401);
  expect((await store.pool.query('select from kernel.session')).rowCount).toBe(1);
  nextStep();
  const { status, body } = await show(token, await code());
  expect(status).toBe(201);
  expect((await as(body.token)('GET', '/v1/account/sessions')).body.items[0].methods).toEqual(['pwd', 'otp']);
});

test('a step is good once and for five minutes, and a code once', async () => {
  const { begin, show, code, nextStep, clock } = await start();
  nextStep();
  const [one, other] = [await begin(), await begin()];
  const now = await code();
  expect((await show(one.token, now)).status).toBe(201);
  expect((await show(one.token, now)).body.code).toBe('sign-in-step-over');
  expect((await show(other.token, now)).body.code).toBe('second-factor-wrong');
  clock.advance(5 * 60_000);
  expect((await show(other.token, await code())).body.code).toBe('sign-in-step-over');
});

test('of two at once with the same code one is right', async () => {
  const { begin, show, code, nextStep } = await start();
  nextStep();
  const steps = [await begin(), await begin(), await begin()];
  const now = await code();
  const answers = await Promise.all(steps.map(({ token }) => show(token, now)));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401]);
});

test('a code may be a little late, and neither early nor old', async () => {
  const { begin, show, code, clock } = await start();
  clock.advance(10 * 30_000);
  const { token } = await begin();
  expect((await show(token, await code(60_000))).status).toBe(401);
  expect((await show(token, await code(-30_000))).status).toBe(401);
  expect((await show(token, await code(30_000))).status).toBe(201);
});

test('after five wrong codes the second step is locked for fifteen minutes, also for the right one', async () => {
  const { begin, show, code, nextStep, clock, mails, admin } = await start();
  nextStep();
  const { token } = await begin();
  for (let attempt = 0; attempt < 5; attempt++)
    expect((await show(token, '000000')).body.code).toBe('second-factor-wrong');
  expect((await show(token, await code())).body.code).toBe('second-factor-locked');
  expect((await show((await begin()).token, await code())).body.code).toBe('second-factor-locked');
  expect(await mails()).toEqual(['second-factor-changed', 'second-factor-locked']);
  expect((await admin('GET', '/v1/audit')).body.items[0].action).toBe('account.second-factor-locked');
  clock.advance(15 * 60_000);
  expect((await show((await begin()).token, await code())).status).toBe(201);
});

test('of many guesses at once no more than five are looked at', async () => {
  const { begin, show } = await start();
  const { token } = await begin();
  const answers = await Promise.all(Array.from({ length: 20 }, () => show(token, '000000')));
  const codes = answers.map(({ body }) => body.code);
  expect(codes.filter((one) => one === 'second-factor-wrong')).toHaveLength(5);
  expect(codes.filter((one) => one === 'second-factor-locked')).toHaveLength(15);
});

test('a recovery code is good once, however it is typed, and new ones take the place of the old ones', async () => {
  const { begin, show, recoveryCodes, as } = await start();
  const [first = '', second = ''] = recoveryCodes;
  const { body } = await show((await begin()).token, first.replaceAll('-', ' ').toUpperCase());
  expect(body.session).toMatch(/^ses_/);
  expect((await show((await begin()).token, first)).body.code).toBe('second-factor-wrong');
  const person = as(body.token);
  expect((await person('GET', '/v1/account')).body.recoveryCodes).toBe(9);
  const { body: renewed } = await person('POST', '/v1/account/recovery-codes', {});
  expect(renewed.recoveryCodes).toHaveLength(10);
  expect((await show((await begin()).token, second)).body.code).toBe('second-factor-wrong');
  expect((await show((await begin()).token, renewed.recoveryCodes[0])).status).toBe(201);
});

test('to change anything of it wants a proof that is fresh, of both factors', async () => {
  const { person, code, nextStep, clock, recoveryCodes } = await start();
  clock.advance(5 * 60_000 + 1);
  for (const [method, url] of [
    ['POST', '/v1/account/totp'],
    ['DELETE', '/v1/account/totp'],
    ['POST', '/v1/account/recovery-codes'],
    ['POST', '/v1/account/passkeys/options'],
    ['DELETE', '/v1/account/passkeys/pky_x'],
  ] as const)
    expect((await person(method, url, method === 'POST' ? {} : undefined)).body.code).toBe('reauthentication-needed');
  const prove = (proof: object) => person('POST', '/v1/session/reauthentication', proof);
  expect((await prove({ password: ADMIN.password })).body.code).toBe('second-factor-wrong');
  expect((await prove({ password: 'wrong', code: await code() })).body.code).toBe('wrong-credentials');
  expect((await prove({ code: recoveryCodes[0] })).body.code).toBe('wrong-credentials');
  expect((await person('DELETE', '/v1/account/totp')).body.code).toBe('reauthentication-needed');
  nextStep();
  const { body } = await prove({ password: ADMIN.password, code: await code() });
  expect(body.token).toMatch(/^eyJ/);
});

test('without the app the password is enough again, and the recovery codes are gone', async () => {
  const { as, person, signInAgain } = await start().then((run) => ({
    ...run,
    signInAgain: async () => (await run.anybody('POST', '/v1/session', CREDENTIALS)).body,
  }));
  expect((await person('DELETE', '/v1/account/totp')).status).toBe(204);
  const { token } = await signInAgain();
  expect((await as(token)('GET', '/v1/account')).body).toMatchObject({ totp: false, recoveryCodes: 0 });
});

test('the secret is encrypted in the database', async () => {
  const { store, secret } = await start();
  const { rows } = await store.pool.query<{ secret: Buffer }>('select secret from kernel.second_factor');
  expect(rows[0]?.secret).toHaveLength(12 + secret.secret.length + 16);
  expect(rows[0]?.secret.includes(secret.secret)).toBe(false);
});

test('API tokens cannot touch it, whoever they belong to', async () => {
  const { admin } = await start();
  for (const url of ['/v1/account', '/v1/account/sessions', '/v1/account/passkeys'])
    expect((await admin('GET', url)).body.code).toBe('session-needed');
  expect((await admin('DELETE', '/v1/account/totp')).body.code).toBe('session-needed');
});
