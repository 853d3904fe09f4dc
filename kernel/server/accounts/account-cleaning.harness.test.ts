import { expect, test } from 'vitest';
import { ADMIN, startTestServer } from '../testing/test-server.ts';
import { AccountCleaning } from './account-cleaning.ts';

const DAY = 86_400_000;

test('what is over is forgotten in time, and what goes on stays', async () => {
  const run = await startTestServer();
  const anybody = run.as(undefined);
  const signIn = async () =>
    (await anybody('POST', '/v1/session', { email: ADMIN.email, password: ADMIN.password })).body;
  const count = async (table: string) =>
    (await run.store.pool.query(`select count(*)::int as rows from kernel.${table}`)).rows[0].rows;
  const counts = async () =>
    Promise.all(['session', 'sign_in', 'sign_in_step', 'sign_in_throttle', 'signing_key'].map(count));
  const ended = await signIn();
  await run.as(ended.token)('DELETE', '/v1/session');
  await anybody('POST', '/v1/session', { email: ADMIN.email, password: 'wrong' });
  await run.store.pool.query(
    `insert into kernel.sign_in_step (hash, kind, expires_at) values ('x', 'second-factor', $1)`,
    [new Date(run.clock.now().getTime() + 60_000)],
  );
  const clean = () => run.server.get(AccountCleaning).clean();
  await clean();
  expect(await counts()).toEqual([1, 2, 1, 2, 1]);
  run.clock.advance(31 * DAY);
  const { token } = await signIn();
  await clean();
  expect(await counts()).toEqual([1, 3, 0, expect.any(Number), 2]);
  expect((await run.as(token)('GET', '/v1/session')).status).toBe(200);
  run.clock.advance(32 * DAY);
  const { token: last } = await signIn();
  await clean();
  expect((await counts()).at(-1)).toBe(1);
  expect((await run.as(last)('GET', '/v1/session')).status).toBe(200);
  run.clock.advance(150 * DAY);
  await clean();
  expect(await count('sign_in')).toBe(1);
});
