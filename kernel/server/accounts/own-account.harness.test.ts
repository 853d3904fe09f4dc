import { expect, test } from 'vitest';
import { readMails } from '../testing/read-mails.ts';
import { ADMIN, startTestServer } from '../testing/test-server.ts';

const CREDENTIALS = { email: ADMIN.email, password: ADMIN.password };

async function start() {
  const run = await startTestServer();
  await run.admin('PATCH', '/v1/settings', { publicUrl: 'https://panel.example' });
  const anybody = run.as(undefined);
  const signIn = async (password = ADMIN.password) =>
    (await anybody('POST', '/v1/session', { ...CREDENTIALS, password })).body;
  const session = await signIn();
  const mails = () => readMails(run.admin);
  return { ...run, anybody, signIn, session, person: run.as(session.token), mails };
}

test('people change their name and language, and nothing else with it', async () => {
  const { person, admin } = await start();
  expect((await person('PATCH', '/v1/account', { name: 'Grace', language: 'de' })).body).toMatchObject({
    name: 'Grace',
    language: 'de',
    email: ADMIN.email,
    hasPassword: true,
  });
  for (const extra of [
    { email: 'x@y.test' },
    { passwordHash: 'x' },
    { id: 'acc_x' },
    { emailVerifiedAt: null },
    { role: 'super_admin' },
  ])
    expect((await person('PATCH', '/v1/account', { name: 'Eve', ...extra })).status).toBe(422);
  expect((await person('GET', '/v1/account')).body).toMatchObject({ name: 'Grace', email: ADMIN.email });
  expect((await admin('GET', '/v1/audit')).body.items[0]).toMatchObject({
    action: 'account.change',
    after: { name: 'Grace', language: 'de' },
  });
});

test('a new password wants the old one, and ends all other sessions', async () => {
  const { person, signIn, as, mails } = await start();
  const other = await signIn();
  const change = (body: object) => person('POST', '/v1/account/password', body);
  expect((await change({ current: 'wrong', password: 'a wholly new password' })).body.code).toBe('wrong-credentials');
  expect((await change({ current: ADMIN.password, password: 'password' })).status).toBe(422);
  expect((await change({ current: ADMIN.password, password: 'a wholly new password' })).status).toBe(204);
  expect((await person('GET', '/v1/session')).status).toBe(200);
  expect((await as(other.token)('GET', '/v1/session')).status).toBe(401);
  expect((await signIn('a wholly new password')).session).toMatch(/^ses_/);
  expect((await mails()).map(({ template }) => template)).toEqual(['password-changed']);
});

test('a new address counts when the mail that went there was read, and the old one hears of it', async () => {
  const { person, anybody, mails } = await start();
  expect((await person('POST', '/v1/account/email', { email: 'new@freehold.test' })).status).toBe(202);
  expect((await person('GET', '/v1/account')).body.email).toBe(ADMIN.email);
  const [mail] = await mails();
  expect(mail).toMatchObject({ template: 'verify-email', to: 'new@freehold.test' });
  const token = /fhm_[A-Za-z0-9]{43}/.exec(mail?.text ?? '')?.[0];
  expect((await anybody('POST', '/v1/verify-email', { token })).body).toEqual({
    email: 'new@freehold.test',
    session: null,
  });
  expect((await person('GET', '/v1/session')).body.account.email).toBe('new@freehold.test');
  expect((await mails()).at(-1)).toMatchObject({ template: 'email-changed', to: ADMIN.email });
  expect((await anybody('POST', '/v1/session', CREDENTIALS)).status).toBe(401);
});

test('a new address wants a fresh proof', async () => {
  const { person, clock, as } = await start();
  clock.advance(5 * 60_000 + 1);
  const ask = (caller = person) => caller('POST', '/v1/account/email', { email: 'new@freehold.test' });
  expect((await ask()).body.code).toBe('reauthentication-needed');
  const { body } = await person('POST', '/v1/session/reauthentication', { password: ADMIN.password });
  expect((await ask(as(body.token))).status).toBe(202);
  // The token before says no more than it said.
  expect((await ask()).body.code).toBe('reauthentication-needed');
});

test('people see where they are signed in, and end what they like', async () => {
  const { person, session, signIn, as } = await start();
  const other = await signIn();
  const { items } = (await person('GET', '/v1/account/sessions')).body;
  expect(items.map(({ id, current }: { id: string; current: boolean }) => [id, current])).toEqual([
    [other.session, false],
    [session.session, true],
  ]);
  expect((await person('DELETE', `/v1/account/sessions/${other.session}`)).status).toBe(204);
  expect((await as(other.token)('GET', '/v1/session')).status).toBe(401);
  expect((await person('DELETE', `/v1/account/sessions/${other.session}`)).body.code).toBe('session-not-found');
  expect((await person('DELETE', '/v1/account/sessions')).body).toEqual({ ended: 1 });
  expect((await person('GET', '/v1/session')).status).toBe(401);
});

test('nobody sees or ends the sessions of somebody else', async () => {
  const { person, session, store, anybody, as, admin } = await start();
  await admin('PATCH', '/v1/settings', { registration: 'open', verifyEmail: false });
  const eve = { email: 'eve@freehold.test', password: 'a password of her own' };
  await anybody('POST', '/v1/register', { ...eve, name: 'Eve' });
  const caller = as((await anybody('POST', '/v1/session', eve)).body.token);
  expect((await caller('GET', '/v1/account/sessions')).body.items).toHaveLength(1);
  expect((await caller('DELETE', `/v1/account/sessions/${session.session}`)).status).toBe(404);
  expect((await caller('DELETE', '/v1/account/sessions')).body).toEqual({ ended: 1 });
  expect((await person('GET', '/v1/session')).status).toBe(200);
  expect((await store.pool.query('select from kernel.session where ended_at is null')).rowCount).toBe(1);
});
