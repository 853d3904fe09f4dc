import { expect, test } from 'vitest';
import { ADMIN, startReadyServer, startTestServer } from '../testing/test-server.ts';

const key = (value: string) => ({ 'idempotency-key': value });
const note = (name: string) => ({ type: 'note', name, spec: {} });

test('a request that is sent twice is carried out once, and answered the same', async () => {
  const { admin } = await startReadyServer();
  const first = await admin('POST', '/v1/apps', note('x'), key('k1'));
  const second = await admin('POST', '/v1/apps', note('x'), key('k1'));
  expect(second).toMatchObject({ status: 201, body: first.body, headers: { 'idempotency-replayed': 'true' } });
  expect((await admin('GET', '/v1/apps')).body.items).toHaveLength(1);
});

test('the headers of the answer are answered again too, but for those of the exchange', async () => {
  const { api } = await startTestServer();
  const credentials = { email: ADMIN.email, password: ADMIN.password };
  const signIn = (id: string) =>
    api.inject({
      method: 'POST',
      url: '/v1/session',
      headers: { ...key('signing-in'), 'x-request-id': id },
      payload: credentials,
    });
  const [first, second] = [await signIn('request-0001'), await signIn('request-0002')];
  expect(second.headers).toMatchObject({ 'idempotency-replayed': 'true', 'x-request-id': 'request-0002' });
  const exchange = ['idempotency-replayed', 'x-request-id', 'date', 'connection'];
  const kept = ({ headers }: typeof first) => Object.entries(headers).filter(([name]) => !exchange.includes(name));
  expect(kept(second)).toEqual(kept(first));
  expect(second.body).toBe(first.body);
});

test('of many that are sent at once one is carried out, and the others are told to wait or get its answer', async () => {
  const { admin, store } = await startReadyServer();
  const answers = await Promise.all(Array.from({ length: 12 }, () => admin('POST', '/v1/apps', note('x'), key('k'))));
  const codes = new Set(answers.map(({ status, body }) => `${status} ${body.code ?? ''}`));
  expect([...codes].sort()).toEqual(expect.arrayContaining(['201 ']));
  expect([...codes].every((code) => ['201 ', '409 idempotency-key-in-progress'].includes(code))).toBe(true);
  const { rows } = await store.pool.query('select count(*)::int as count from kernel.app');
  expect(rows[0].count).toBe(1);
});

test('the key of another request is refused', async () => {
  const { admin } = await startReadyServer();
  await admin('POST', '/v1/apps', note('x'), key('k'));
  expect((await admin('POST', '/v1/apps', note('y'), key('k'))).body.code).toBe('idempotency-key-reused');
  expect((await admin('POST', '/v1/tenants', { name: 'x' }, key('k'))).body.code).toBe('idempotency-key-reused');
  expect((await admin('POST', '/v1/apps', note('z'), key('a b'))).body.code).toBe('idempotency-key-invalid');
});

test('keys of different callers have nothing to do with each other', async () => {
  const { admin, newTenant } = await startReadyServer();
  const { caller } = await newTenant('Ada');
  expect((await admin('POST', '/v1/apps', note('x'), key('k'))).status).toBe(201);
  expect((await caller('POST', '/v1/apps', note('y'), key('k'))).status).toBe(201);
});

test('an error is answered again as it was', async () => {
  const { admin } = await startReadyServer();
  await admin('POST', '/v1/apps', note('x'));
  const first = await admin('POST', '/v1/apps', note('x'), key('k'));
  await admin('DELETE', `/v1/apps/${(await admin('GET', '/v1/apps')).body.items[0].id}`);
  const again = await admin('POST', '/v1/apps', note('x'), key('k'));
  expect(again).toMatchObject({ status: 409, body: first.body });
});

test('a token that was answered is not in the database', async () => {
  const { admin, newTenant, store } = await startReadyServer();
  const { id } = await newTenant('Ada');
  const made = await admin('POST', `/v1/tenants/${id}/tokens`, { name: 'x' }, key('k'));
  const again = await admin('POST', `/v1/tenants/${id}/tokens`, { name: 'x' }, key('k'));
  expect(again.body.token).toBe(made.body.token);
  const { rows } = await store.pool.query(`select encode(response, 'escape') as text from kernel.idempotency_key`);
  expect(JSON.stringify(rows)).not.toContain(made.body.token);
});

test('a key whose server was killed can be used again after a while', async () => {
  const { admin, store, clock } = await startReadyServer();
  await admin('POST', '/v1/apps', note('x'), key('k'));
  await store.pool.query('update kernel.idempotency_key set status = null, response = null');
  await store.pool.query('delete from kernel.app');
  expect((await admin('POST', '/v1/apps', note('x'), key('k'))).body.code).toBe('idempotency-key-in-progress');
  clock.advance(121_000);
  expect((await admin('POST', '/v1/apps', note('x'), key('k'))).status).toBe(201);
});
