import { expect, test } from 'vitest';
import { ADMIN, startTestServer } from '../../testing/test-server.ts';
import { type Mistakes, TestAuthenticator } from './test-authenticator.ts';

const CREDENTIALS = { email: ADMIN.email, password: ADMIN.password };
const ORIGIN = 'https://panel.example';

async function start() {
  const run = await startTestServer();
  await run.admin('PATCH', '/v1/settings', { publicUrl: ORIGIN });
  const anybody = run.as(undefined);
  const { body } = await anybody('POST', '/v1/session', CREDENTIALS);
  const person = run.as(body.token);
  const device = new TestAuthenticator(ORIGIN);
  const register = async (mistakes?: Mistakes, name = 'Laptop') => {
    const { token, options } = (await person('POST', '/v1/account/passkeys/options', {})).body;
    return person('POST', '/v1/account/passkeys', { token, name, answer: device.create(options, mistakes) });
  };
  const begin = async (more: object = {}) => (await anybody('POST', '/v1/session/passkey/options', more)).body;
  const signIn = async (mistakes?: Mistakes) => {
    const { token, options } = await begin();
    return anybody('POST', '/v1/session/passkey', { token, answer: device.get(options, mistakes) });
  };
  return { ...run, anybody, person, device, register, begin, signIn };
}

test('a passkey is registered, listed, renamed and removed', async () => {
  const { person, register } = await start();
  const { status, body } = await register();
  expect({ status, name: body.name, codes: body.recoveryCodes.length }).toEqual({
    status: 201,
    name: 'Laptop',
    codes: 10,
  });
  expect((await person('PATCH', `/v1/account/passkeys/${body.id}`, { name: 'Phone' })).body.name).toBe('Phone');
  expect((await person('GET', '/v1/account/passkeys')).body.items).toMatchObject([
    { id: body.id, name: 'Phone', lastUsedAt: null },
  ]);
  expect((await register()).body.code).toBe('passkey-known');
  expect((await person('DELETE', `/v1/account/passkeys/${body.id}`)).status).toBe(204);
  expect((await person('DELETE', `/v1/account/passkeys/${body.id}`)).body.code).toBe('passkey-not-found');
  expect((await person('GET', '/v1/account')).body).toMatchObject({ passkeys: 0, recoveryCodes: 0 });
});

test('it signs in without a password', async () => {
  const { register, signIn, as } = await start();
  await register();
  const { status, body } = await signIn();
  expect(status).toBe(201);
  expect((await as(body.token)('GET', '/v1/account/sessions')).body.items[0].methods).toEqual(['hwk']);
});

test('in a browser the session is in two halves', async () => {
  const { register, begin, device, anybody } = await start();
  await register();
  const { token, options } = await begin({ browser: true });
  const { body, headers } = await anybody('POST', '/v1/session/passkey', { token, answer: device.get(options) });
  expect(body).toMatchObject({ refreshToken: null, key: expect.stringMatching(/^\w{32}$/) });
  expect(`${headers['set-cookie']}`).toContain('HttpOnly');
});

test('it is the second step after a password, which alone is not enough any more', async () => {
  const { register, anybody, device, as } = await start();
  await register();
  const { secondFactor } = (await anybody('POST', '/v1/session', CREDENTIALS)).body;
  expect(secondFactor).toMatchObject({
    methods: ['passkey', 'recovery-code'],
    passkey: { rpId: 'panel.example', allowCredentials: [{ id: device.id }] },
  });
  const { token, passkey } = secondFactor;
  const show = (answer: object) => anybody('POST', '/v1/session/second-factor', { token, passkey: answer });
  expect((await show(device.get(passkey, { origin: 'https://evil.example' }))).body.code).toBe('passkey-refused');
  const { body } = await show(device.get(passkey));
  expect((await as(body.token)('GET', '/v1/account/sessions')).body.items[0].methods).toEqual(['pwd', 'hwk']);
});

test('the passkey of somebody else is no second factor', async () => {
  const { register, anybody, admin, as } = await start();
  await register();
  await admin('PATCH', '/v1/settings', { registration: 'open', verifyEmail: false });
  const eve = { email: 'eve@freehold.test', password: 'a password of her own' };
  await anybody('POST', '/v1/register', { ...eve, name: 'Eve' });
  const caller = as((await anybody('POST', '/v1/session', eve)).body.token);
  const hers = new TestAuthenticator(ORIGIN);
  const { token, options } = (await caller('POST', '/v1/account/passkeys/options', {})).body;
  expect(
    (await caller('POST', '/v1/account/passkeys', { token, name: 'x', answer: hers.create(options) })).status,
  ).toBe(201);
  const { secondFactor } = (await anybody('POST', '/v1/session', CREDENTIALS)).body;
  const answer = hers.get(secondFactor.passkey);
  const shown = await anybody('POST', '/v1/session/second-factor', { token: secondFactor.token, passkey: answer });
  expect(shown.body.code).toBe('passkey-refused');
});

const wrong: Record<string, Mistakes> = {
  'of another web site': { origin: 'https://evil.example' },
  'of another name': { rpID: 'evil.example' },
  'of http': { origin: 'http://panel.example' },
  'of another port': { origin: 'https://panel.example:8443' },
  'for another challenge': { challenge: 'AAAAAAAAAAAAAAAAAAAAAA' },
  'of another kind': { type: 'payment.get' },
  'that did not make sure of the person': { verified: false },
};

test.each(Object.entries(wrong))('an answer %s is refused', async (_, mistakes) => {
  const { register, signIn, store } = await start();
  expect((await register(mistakes)).body.code).toBe('passkey-refused');
  expect((await register()).status).toBe(201);
  expect((await signIn(mistakes)).body.code).toBe('passkey-refused');
  expect((await store.pool.query('select from kernel.session')).rowCount).toBe(1);
  expect((await signIn()).status).toBe(201);
});

test('an answer is good once', async () => {
  const { register, begin, device, anybody } = await start();
  await register();
  const { token, options } = await begin();
  const answer = device.get(options);
  const answers = await Promise.all([1, 2, 3].map(() => anybody('POST', '/v1/session/passkey', { token, answer })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401]);
  const other = await begin();
  expect((await anybody('POST', '/v1/session/passkey', { token: other.token, answer })).body.code).toBe(
    'passkey-refused',
  );
});

test('a copy of a passkey is noticed by its counter', async () => {
  const { register, signIn } = await start();
  await register();
  expect((await signIn({ counter: 7 })).status).toBe(201);
  expect((await signIn({ counter: 7 })).body.code).toBe('passkey-refused');
  expect((await signIn({ counter: 8 })).status).toBe(201);
});

test('a challenge of one kind is none of another', async () => {
  const { register, begin, device, anybody, person } = await start();
  const { token, options } = await begin();
  expect(
    (await person('POST', '/v1/account/passkeys', { token, name: 'x', answer: device.create(options) })).body.code,
  ).toBe('sign-in-step-over');
  await register();
  const registration = (await person('POST', '/v1/account/passkeys/options', {})).body;
  const answer = device.get(registration.options);
  expect((await anybody('POST', '/v1/session/passkey', { token: registration.token, answer })).body.code).toBe(
    'sign-in-step-over',
  );
});

test('it proves again who somebody is', async () => {
  const { register, begin, device, person, clock, as } = await start();
  await register();
  clock.advance(6 * 60_000);
  expect((await person('POST', '/v1/account/recovery-codes', {})).body.code).toBe('reauthentication-needed');
  const { token, options } = await begin();
  const { body } = await person('POST', '/v1/session/reauthentication', {
    passkey: { token, answer: device.get(options) },
  });
  expect((await as(body.token)('POST', '/v1/account/recovery-codes', {})).status).toBe(201);
});

test('an installation that has no name has no passkeys, and says so', async () => {
  const { admin, person, begin } = await start();
  for (const publicUrl of [null, 'http://192.0.2.1:8600', 'http://[2001:db8::1]']) {
    await admin('PATCH', '/v1/settings', { publicUrl });
    expect((await person('POST', '/v1/account/passkeys/options', {})).body.code).toBe('passkeys-need-address');
    expect((await begin()).code).toBe('passkeys-need-address');
  }
});

test.each([{}, { id: 1 }, { id: 'x', response: null }, { id: 'x', response: { clientDataJSON: '%%%' } }])(
  'nonsense is refused: %j',
  async (answer) => {
    const { begin, anybody, register, device } = await start();
    await register();
    for (const one of [answer, { ...answer, id: device.id, rawId: device.id, type: 'public-key' }]) {
      const { token } = await begin();
      expect((await anybody('POST', '/v1/session/passkey', { token, answer: one })).body.code).toBe('passkey-refused');
    }
  },
);
