import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../log/logger.ts';
import { createServer } from '../../server.ts';
import { ADMIN, startTestServer, type TestServer } from '../../testing/test-server.ts';

const CREDENTIALS = { email: ADMIN.email, password: ADMIN.password };

/** Another server on the same database, as a second machine of the installation would run it. */
async function startSecond({ server, store, clock }: TestServer) {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-second-'));
  const second = await createServer({
    ...{ folder, pluginFolders: [], log: silentLog, database: store, clock, counting: false },
    keyring: server.foundation.keyring,
  });
  onTestFinished(async () => {
    await second.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const api = await second.api();
  const status = async (token: string) =>
    (await api.inject({ url: '/v1/session', headers: { authorization: `Bearer ${token}` } })).statusCode;
  /** Notifications are heard at once; the limit that was promised is five seconds. */
  const waitFor = async (token: string, wanted: number) => {
    const started = performance.now();
    while ((await status(token)) !== wanted) {
      if (performance.now() - started > 5_000) return 'not within five seconds';
      await new Promise((resolve) => setImmediate(resolve));
    }
    return 'within five seconds';
  };
  return { second, api, status, waitFor };
}

/** When it was cut off, an error; when it ended, nothing. */
async function nextEnd(reading: { next(): Promise<unknown> }): Promise<string> {
  try {
    while (await reading.next());
  } catch {}
  return 'cut off';
}

async function signIn({ as }: TestServer) {
  return (await as(undefined)('POST', '/v1/session', CREDENTIALS)).body;
}

test('who signs out on one server is signed out on the other', async () => {
  const run = await startTestServer();
  const { status, waitFor, api } = await startSecond(run);
  const { token, refreshToken } = await signIn(run);
  expect(await status(token)).toBe(200);
  expect((await run.as(token)('DELETE', '/v1/session')).status).toBe(204);
  expect(await waitFor(token, 401)).toBe('within five seconds');
  const refreshed = await api.inject({ method: 'POST', url: '/v1/session/refresh', payload: { refreshToken } });
  expect(refreshed.json().code).toBe('session-over');
});

test('so is whoever is signed out everywhere, but not who asks for it', async () => {
  const run = await startTestServer();
  const { status, waitFor } = await startSecond(run);
  const [stolen, own] = [await signIn(run), await signIn(run)];
  expect([await status(stolen.token), await status(own.token)]).toEqual([200, 200]);
  expect((await run.as(own.token)('DELETE', '/v1/account/sessions?others=true')).body).toEqual({ ended: 1 });
  expect(await waitFor(stolen.token, 401)).toBe('within five seconds');
  expect(await status(own.token)).toBe(200);
});

test('an API token that is taken back on one server is none on the other', async () => {
  const run = await startTestServer();
  const { status, waitFor } = await startSecond(run);
  const { body: tenant } = await run.admin('POST', '/v1/tenants', { name: 'Ada' });
  const { body: token } = await run.admin('POST', `/v1/tenants/${tenant.id}/tokens`, { name: 'x' });
  expect(await status(token.token)).toBe(200);
  await run.admin('DELETE', `/v1/tenants/${tenant.id}/tokens/${token.id}`);
  expect(await waitFor(token.token, 401)).toBe('within five seconds');
});

test('a role that is taken away counts on both, however it was taken away', async () => {
  const run = await startTestServer();
  const { api } = await startSecond(run);
  const { token } = await signIn(run);
  const roles = async () =>
    (await api.inject({ url: '/v1/session', headers: { authorization: `Bearer ${token}` } })).json().roles.length;
  expect(await roles()).toBe(1);
  await run.store.pool.query('delete from kernel.membership');
  await expect.poll(roles, { timeout: 5_000, interval: 1 }).toBe(0);
});

test('a session that ended before a server started is over there, and one that goes on is not', async () => {
  const run = await startTestServer();
  const [ended, own] = [await signIn(run), await signIn(run)];
  await run.as(ended.token)('DELETE', '/v1/session');
  const { status } = await startSecond(run);
  expect([await status(ended.token), await status(own.token)]).toEqual([401, 200]);
});

test('a server that could not listen for a while has missed nothing', async () => {
  const run = await startTestServer();
  const { second, status } = await startSecond(run);
  const { token } = await signIn(run);
  const reading = await run.open('/v1/events', { token });
  expect(await status(token)).toBe(200);
  await run.store.pool.query(`alter table kernel.session disable trigger user`);
  try {
    await run.store.pool.query(`update kernel.session set ended_at = $1, end_reason = 'ended'`, [run.clock.now()]);
    expect(await status(token)).toBe(200);
  } finally {
    await run.store.pool.query(`alter table kernel.session enable trigger user`);
  }
  second.foundation.notifications.missed();
  expect(await status(token)).toBe(401);
  run.server.foundation.notifications.missed();
  await expect(nextEnd(reading)).resolves.toBe('cut off');
});

test('a refresh token is used once, on whichever server', async () => {
  const run = await startTestServer();
  const { api } = await startSecond(run);
  const { refreshToken } = await signIn(run);
  const refresh = async (server: TestServer['api']) =>
    (await server.inject({ method: 'POST', url: '/v1/session/refresh', payload: { refreshToken } })).json();
  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => refresh(n % 2 ? api : run.api)));
  expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
  run.clock.advance(10_001);
  expect((await refresh(api)).code).toBe('session-over');
});

test('a key that one server made is known to the other', async () => {
  const run = await startTestServer();
  const { status } = await startSecond(run);
  expect(await status((await signIn(run)).token)).toBe(200);
  run.clock.advance(31 * 86_400_000);
  expect(await status((await signIn(run)).token)).toBe(200);
  expect((await run.store.pool.query('select from kernel.signing_key')).rowCount).toBe(2);
});

test('who follows events on one server is cut off when the session ends on the other', async () => {
  const run = await startTestServer();
  const { api } = await startSecond(run);
  const { token } = await signIn(run);
  const reading = await run.open('/v1/events', { token });
  await run.admin('POST', '/v1/tenants', { name: 'Ada' });
  expect(reading.status).toBe(200);
  const headers = { authorization: `Bearer ${token}` };
  expect((await api.inject({ method: 'DELETE', url: '/v1/session', headers })).statusCode).toBe(204);
  expect(await nextEnd(reading)).toBe('cut off');
});
