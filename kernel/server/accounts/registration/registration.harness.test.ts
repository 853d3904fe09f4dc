import { expect, test } from 'vitest';
import { JobRunner } from '../../jobs/job-runner.ts';
import { readMails } from '../../testing/read-mails.ts';
import { ADMIN, startTestServer } from '../../testing/test-server.ts';

const ADA = { email: 'ada@freehold.test', name: 'Ada Lovelace', password: 'analytical engines weave' };

async function start(settings: object = { registration: 'open' }) {
  const run = await startTestServer();
  await run.admin('PATCH', '/v1/settings', { publicUrl: 'https://panel.example', ...settings });
  const anybody = run.as(undefined);
  const mails = () => readMails(run.admin);
  const lastToken = async () => /fhm_[A-Za-z0-9]{43}/.exec((await mails()).at(-1)?.text ?? '')?.[0] ?? '';
  const accounts = async () =>
    (await run.store.pool.query('select email from kernel.account order by id')).rows.map(({ email }) => email);
  return { ...run, anybody, mails, lastToken, accounts };
}

test('nobody can register unless the installation is open', async () => {
  const { anybody, mails } = await start({});
  expect((await anybody('POST', '/v1/register', ADA)).body.code).toBe('registration-closed');
  expect(await mails()).toEqual([]);
});

test('an account is made when the mail was read, with a tenant of its own', async () => {
  const { anybody, mails, lastToken, accounts, as } = await start();
  expect(await anybody('POST', '/v1/register', ADA)).toMatchObject({ status: 202, body: { verification: true } });
  expect(await accounts()).toEqual([ADMIN.email]);
  expect((await anybody('POST', '/v1/session', ADA)).status).toBe(422);
  expect((await anybody('POST', '/v1/session', { email: ADA.email, password: ADA.password })).status).toBe(401);
  expect(await mails()).toMatchObject([{ template: 'verify-email', to: ADA.email }]);
  const token = await lastToken();
  const { body } = await anybody('POST', '/v1/verify-email', { token, password: ADA.password });
  expect(body.session.account).toMatchObject({ email: ADA.email, name: ADA.name });
  const ada = as(body.session.token);
  expect((await ada('GET', '/v1/session')).body.roles).toMatchObject([{ role: 'customer' }]);
  expect((await ada('GET', '/v1/account')).body).toMatchObject({ emailVerified: true });
  expect((await ada('GET', '/v1/tenants')).body.items).toMatchObject([{ name: ADA.name, kind: 'customer' }]);
  expect((await anybody('POST', '/v1/verify-email', { token, password: ADA.password })).body.code).toBe(
    'mail-token-over',
  );
});

test('the link is worth nothing to who does not know the password that was chosen', async () => {
  const { anybody, lastToken, accounts } = await start();
  await anybody('POST', '/v1/register', ADA);
  const token = await lastToken();
  for (const proof of [{}, { password: 'another password' }])
    expect((await anybody('POST', '/v1/verify-email', { token, ...proof })).body.code).toBe('wrong-credentials');
  expect(await accounts()).toEqual([ADMIN.email]);
  expect((await anybody('POST', '/v1/verify-email', { token, password: ADA.password })).status).toBe(200);
});

test('a link is good for thirty minutes', async () => {
  const { anybody, lastToken, clock } = await start();
  await anybody('POST', '/v1/register', ADA);
  clock.advance(30 * 60_000);
  const answer = await anybody('POST', '/v1/verify-email', { token: await lastToken(), password: ADA.password });
  expect(answer.body.code).toBe('mail-token-over');
});

test('for an address that has an account the answer is the same, and its owner hears of it', async () => {
  const { anybody, mails } = await start();
  const known = await anybody('POST', '/v1/register', { ...ADA, email: ADMIN.email.toUpperCase() });
  const unknown = await anybody('POST', '/v1/register', ADA);
  expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
  expect((await mails()).map(({ template, to }) => `${template} ${to}`)).toEqual([
    `account-exists ${ADMIN.email}`,
    `verify-email ${ADA.email}`,
  ]);
});

test('who registers first has the address, also when two wait for it', async () => {
  const { anybody, lastToken } = await start();
  await anybody('POST', '/v1/register', ADA);
  const first = await lastToken();
  await anybody('POST', '/v1/register', { ...ADA, password: 'another good password' });
  const second = await lastToken();
  expect((await anybody('POST', '/v1/verify-email', { token: second, password: 'another good password' })).status).toBe(
    200,
  );
  expect((await anybody('POST', '/v1/verify-email', { token: first, password: ADA.password })).body.code).toBe(
    'mail-token-over',
  );
});

test('without verification the account is there at once', async () => {
  const { anybody } = await start({ registration: 'open', verifyEmail: false });
  expect((await anybody('POST', '/v1/register', ADA)).body).toEqual({ verification: false });
  expect((await anybody('POST', '/v1/session', { email: ADA.email, password: ADA.password })).status).toBe(201);
});

test('nobody is buried in mails', async () => {
  const { anybody, mails } = await start();
  for (let attempt = 0; attempt < 6; attempt++) expect((await anybody('POST', '/v1/register', ADA)).status).toBe(202);
  expect(await mails()).toHaveLength(3);
});

test.each([
  ['short', 'At least', 'has 5 characters'],
  ['password1234', 'several words', 'tried first'],
  ['ada-lovelace', 'several words', 'lovelace'],
  ['freehold-2026', 'several words', 'freehold'],
])('the password %s is refused', async (password, remedy, message) => {
  const { anybody, mails } = await start();
  const { status, body } = await anybody('POST', '/v1/register', { ...ADA, password });
  expect(status).toBe(422);
  expect(body.errors).toMatchObject([{ pointer: '/password', message: expect.stringContaining(message) }]);
  expect(body.errors[0].remedy.toLowerCase()).toContain(remedy.toLowerCase());
  expect(JSON.stringify(body)).not.toContain(`"${password}"`);
  expect(await mails()).toEqual([]);
});

test.each(['a@b.test\r\nBcc: x@y.test', 'Ada <a@b.test>', 'a@b', 'a b@c.test', 'a@b.test,c@d.test', '@b.test'])(
  'the address %j is %s',
  async (email) => {
    const { anybody, mails } = await start();
    const { status } = await anybody('POST', '/v1/register', { ...ADA, email });
    expect([202, 422]).toContain(status);
    if (status === 422) expect(await mails()).toEqual([]);
    else expect(email).toBe('a@b');
  },
);

test('a forgotten password is set anew with a link, which ends all sessions and not the second factor', async () => {
  const { anybody, server, mails, lastToken, as, clock } = await start();
  const credentials = { email: ADMIN.email, password: ADMIN.password };
  const { body: session } = await anybody('POST', '/v1/session', credentials);
  expect((await anybody('POST', '/v1/password-resets', { email: ADMIN.email })).status).toBe(202);
  await server.get(JobRunner).runDue();
  expect((await mails()).at(-1)).toMatchObject({ template: 'reset-password', to: ADMIN.email });
  const token = await lastToken();
  const reset = (password: string) => anybody('POST', '/v1/password-resets/confirmation', { token, password });
  expect((await reset('short')).status).toBe(422);
  expect((await reset('a wholly new password')).status).toBe(204);
  expect((await reset('another new password')).body.code).toBe('mail-token-over');
  expect((await as(session.token)('GET', '/v1/session')).status).toBe(401);
  expect((await anybody('POST', '/v1/session', credentials)).status).toBe(401);
  clock.advance(3_600_000);
  expect((await anybody('POST', '/v1/session', { ...credentials, password: 'a wholly new password' })).status).toBe(
    201,
  );
  expect((await mails()).map(({ template }) => template)).toContain('password-changed');
});

test('for an address without an account the answer is the same, and nothing is sent', async () => {
  const { anybody, server, mails } = await start();
  const { status, body } = await anybody('POST', '/v1/password-resets', { email: 'nobody@freehold.test' });
  expect([status, body]).toEqual([202, null]);
  await server.get(JobRunner).runDue();
  expect(await mails()).toEqual([]);
});

test('a link names the address of the installation, whatever the request says', async () => {
  const { anybody, server, mails } = await start();
  await anybody(
    'POST',
    '/v1/password-resets',
    { email: ADMIN.email },
    { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
  );
  await server.get(JobRunner).runDue();
  const [{ text = '' } = {}] = await mails();
  expect(text).toContain('https://panel.example/');
  expect(text).not.toContain('evil.example');
});
