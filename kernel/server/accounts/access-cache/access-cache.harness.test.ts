import pg from 'pg';
import { expect, test } from 'vitest';
import { ADMIN, startTestServer } from '../../testing/test-server.ts';

/** What the database is asked while something runs. */
async function record(run: () => Promise<unknown>): Promise<string[]> {
  const asked: string[] = [];
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (this: pg.Client, ...parameters: never[]) {
    const [first] = parameters as unknown as [string | { text?: string }];
    asked.push(typeof first === 'string' ? first : (first?.text ?? ''));
    return (query as (...all: never[]) => unknown).apply(this, parameters);
  } as never;
  await run().finally(() => {
    pg.Client.prototype.query = query;
  });
  return asked.filter((text) => text !== 'select');
}

test('once somebody is known, to know who asks costs no query', async () => {
  const run = await startTestServer();
  const { body } = await run.as(undefined)('POST', '/v1/session', { email: ADMIN.email, password: ADMIN.password });
  for (const token of [body.token, ADMIN.token]) {
    const ask = () => run.as(token)('GET', '/v1/session');
    expect((await ask()).status).toBe(200);
    expect(await record(ask)).toEqual([]);
  }
});

test('a name that was changed is another one at the next request', async () => {
  const run = await startTestServer();
  const { body } = await run.as(undefined)('POST', '/v1/session', { email: ADMIN.email, password: ADMIN.password });
  const person = run.as(body.token);
  for (const name of ['Ada', 'Grace', 'Ada']) {
    await person('PATCH', '/v1/account', { name });
    expect((await person('GET', '/v1/session')).body.account.name).toBe(name);
  }
});
