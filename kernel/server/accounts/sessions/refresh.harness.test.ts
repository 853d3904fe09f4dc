import { expect, test } from 'vitest';
import { ADMIN, type Answer, startTestServer } from '../../testing/test-server.ts';

const CREDENTIALS = { email: ADMIN.email, password: ADMIN.password };
const DAY = 86_400_000;

async function signIn() {
  const run = await startTestServer();
  const anybody = run.as(undefined);
  const { body } = await anybody('POST', '/v1/session', CREDENTIALS);
  const refresh = (refreshToken: string) => anybody('POST', '/v1/session/refresh', { refreshToken });
  const isAlive = async (token: string) => (await run.as(token)('GET', '/v1/session')).status === 200;
  const mails = async () =>
    (await run.store.pool.query(`select template from kernel.mail order by id`)).rows.map(({ template }) => template);
  return { ...run, first: body, refresh, isAlive, mails };
}

test('a session goes on with a new pair of tokens, and both are good', async () => {
  const { first, refresh, isAlive, clock } = await signIn();
  clock.advance(800_000);
  const { status, body } = await refresh(first.refreshToken);
  expect({ status, session: body.session }).toEqual({ status: 200, session: first.session });
  expect(body.refreshToken).not.toBe(first.refreshToken);
  clock.advance(800_000);
  expect([await isAlive(first.token), await isAlive(body.token)]).toEqual([false, true]);
});

test('a refresh token that is used a second time ends the session for both who have it', async () => {
  const { first, refresh, isAlive, clock, mails, admin } = await signIn();
  const { body: second } = await refresh(first.refreshToken);
  clock.advance(10_001);
  expect(await refresh(first.refreshToken)).toMatchObject({
    status: 401,
    body: { code: 'session-over', detail: expect.stringContaining('used twice') },
  });
  expect((await refresh(second.refreshToken)).body.code).toBe('session-over');
  expect([await isAlive(first.token), await isAlive(second.token)]).toEqual([false, false]);
  expect(await mails()).toEqual(['session-family-revoked']);
  expect((await admin('GET', `/v1/audit?subject=${first.session}`)).body.items[0].action).toBe('session.reused');
});

test('a second tab that comes a moment later with the same token gets the same successor', async () => {
  const { first, refresh, clock, isAlive } = await signIn();
  const { body: one } = await refresh(first.refreshToken);
  clock.advance(9_000);
  const { body: other } = await refresh(first.refreshToken);
  expect(other.refreshToken).toBe(one.refreshToken);
  expect(await isAlive(other.token)).toBe(true);
  expect((await refresh(one.refreshToken)).status).toBe(200);
});

test('the moment of the second tab is over as soon as the successor was used, and an older token has none', async () => {
  const { first, refresh, isAlive } = await signIn();
  const { body: second } = await refresh(first.refreshToken);
  const { body: third } = await refresh(second.refreshToken);
  expect((await refresh(first.refreshToken)).body.code).toBe('session-over');
  expect(await isAlive(third.token)).toBe(false);
});

test('twenty at once go on with one session and one chain', async () => {
  const { first, refresh, store } = await signIn();
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(first.refreshToken)));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(new Set(answers.map(({ body }: Answer) => body.refreshToken)).size).toBe(1);
  const { rows } = await store.pool.query('select generation, ended_at from kernel.session');
  expect(rows).toEqual([{ generation: 1, ended_at: null }]);
  expect((await refresh(answers[0]?.body.refreshToken)).status).toBe(200);
});

test('a session ends after seven days without use, and after thirty in any case', async () => {
  const idle = await signIn();
  idle.clock.advance(7 * DAY);
  expect((await idle.refresh(idle.first.refreshToken)).body.detail).toContain('expired');
  const busy = await signIn();
  let token = busy.first.refreshToken;
  for (let day = 6; day < 30; day += 6) {
    busy.clock.advance(6 * DAY);
    token = (await busy.refresh(token)).body.refreshToken;
  }
  expect((await busy.refresh(token)).status).toBe(200);
  busy.clock.advance(6 * DAY);
  expect((await busy.refresh(token)).body.detail).toContain('expired');
});

test('a token with another session, another generation or another proof is none, and ends nothing', async () => {
  const { first, refresh, as } = await signIn();
  const other = (await as(undefined)('POST', '/v1/session', CREDENTIALS)).body;
  const [prefix, session, generation, proof] = first.refreshToken.split(/_(.{20})_(\d)_/);
  const otherSession = other.refreshToken.split('_')[1];
  for (const forged of [
    `${prefix}_${otherSession}_${generation}_${proof}`,
    `${prefix}_${session}_1_${proof}`,
    `${prefix}_${session}_0_${'A'.repeat(43)}`,
    `${prefix}_${session}_${generation}_${proof.slice(1)}`,
    ADMIN.token,
    'x',
  ])
    expect({ forged, code: (await refresh(forged)).body.code }).toEqual({ forged, code: 'session-over' });
  expect((await refresh(first.refreshToken)).status).toBe(200);
  expect((await refresh(other.refreshToken)).status).toBe(200);
});

test('nothing in the database is a token, or enough to make one', async () => {
  const { first, refresh, store } = await signIn();
  const { body } = await refresh(first.refreshToken);
  const tables = ['session', 'sign_in', 'signing_key', 'audit_entry', 'event'];
  const rows = await Promise.all(tables.map((table) => store.pool.query(`select t::text from kernel.${table} t`)));
  const everything = JSON.stringify(rows.map((result) => result.rows));
  for (const token of [first, body].flatMap(({ token, refreshToken }) => [token, refreshToken]))
    for (const part of token.split(/[._]/).filter((text: string) => text.length > 40))
      expect(everything).not.toContain(part);
  expect(everything).not.toMatch(/"d":/);
});
