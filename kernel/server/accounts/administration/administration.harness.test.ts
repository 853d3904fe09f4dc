import { expect, test } from 'vitest';
import { ADMIN, startTestServer } from '../../testing/test-server.ts';

const ADA = { email: 'ada@freehold.test', password: 'analytical engines weave' };

async function start() {
  const run = await startTestServer();
  const anybody = run.as(undefined);
  await run.admin('PATCH', '/v1/settings', { registration: 'open', verifyEmail: false });
  await anybody('POST', '/v1/register', { ...ADA, name: 'Ada' });
  const signIn = (who: object = ADA) => anybody('POST', '/v1/session', who);
  const { body } = await signIn();
  const { items } = (await run.admin('GET', '/v1/accounts?search=ADA@')).body;
  return { ...run, anybody, signIn, ada: run.as(body.token), refreshToken: body.refreshToken, account: items[0] };
}

test('accounts are found by how their address begins', async () => {
  const { admin, account } = await start();
  expect(account).toMatchObject({ email: ADA.email, name: 'Ada', emailVerified: false, blockedAt: null });
  expect((await admin('GET', `/v1/accounts/${account.id}`)).body).toEqual(account);
  const emails = async (query: string) =>
    (await admin('GET', `/v1/accounts${query}`)).body.items.map(({ email }: { email: string }) => email);
  expect(await emails('')).toEqual([ADA.email, ADMIN.email]);
  for (const search of ['x', '%25', '_da', 'a%25', '%5C']) expect(await emails(`?search=${search}`)).toEqual([]);
  expect((await admin('GET', '/v1/accounts/acc_x')).body.code).toBe('account-not-found');
});

test('who is blocked is nobody, until that is over', async () => {
  const { admin, account, ada, signIn, anybody, refreshToken } = await start();
  expect((await admin('POST', `/v1/accounts/${account.id}/block`, { reason: 'spam' })).body.blockedAt).toMatch(/^2026/);
  expect((await ada('GET', '/v1/session')).status).toBe(401);
  expect((await anybody('POST', '/v1/session/refresh', { refreshToken })).body.code).toBe('session-over');
  expect((await signIn()).body.code).toBe('account-blocked');
  expect((await signIn({ ...ADA, password: 'wrong' })).body.code).toBe('wrong-credentials');
  expect((await admin('GET', '/v1/audit')).body.items[0]).toMatchObject({
    action: 'account.block',
    details: { reason: 'spam' },
  });
  await admin('POST', `/v1/accounts/${account.id}/unblock`, {});
  expect((await signIn()).status).toBe(201);
});

test('sessions of others are ended, and a second factor that is lost is removed', async () => {
  const { admin, account, ada, signIn } = await start();
  expect((await admin('DELETE', `/v1/accounts/${account.id}/sessions`)).body).toEqual({ ended: 1 });
  expect((await ada('GET', '/v1/session')).status).toBe(401);
  await admin('DELETE', `/v1/accounts/${account.id}/second-factor`);
  expect((await signIn()).status).toBe(201);
});

test('nobody but who runs the installation can, and nobody their own, and not without a fresh proof', async () => {
  const { ada, account, signIn, as, clock, admin } = await start();
  const { token, account: own } = (await signIn({ email: ADMIN.email, password: ADMIN.password })).body;
  for (const [method, rest] of [
    ['GET', ''],
    ['GET', `/${own.id}`],
    ['DELETE', `/${own.id}/sessions`],
    ['DELETE', `/${own.id}/second-factor`],
  ] as const)
    expect((await ada(method, `/v1/accounts${rest}`)).status).toBe(403);
  expect((await ada('POST', `/v1/accounts/${own.id}/block`, { reason: 'x' })).status).toBe(403);
  const person = as(token);
  expect((await person('POST', `/v1/accounts/${own.id}/block`, { reason: 'x' })).body.code).toBe('account-own');
  clock.advance(5 * 60_000 + 1);
  expect((await person('DELETE', `/v1/accounts/${account.id}/sessions`)).body.code).toBe('reauthentication-needed');
  expect((await admin('DELETE', `/v1/accounts/${account.id}/sessions`)).status).toBe(200);
});
