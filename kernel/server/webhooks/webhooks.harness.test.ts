import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { JobRunner } from '../jobs/job-runner.ts';
import { type Caller, startReadyServer, type TestServer } from '../testing/test-server.ts';
import { signatureHeaders } from './signature.ts';
import { PAUSES } from './webhook-deliveries.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Somebody's server, on this machine. */
async function receive(answer: () => number = () => 200) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => {
      body += data;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(answer()).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

const start = () => startReadyServer({ webhookNetworks: ['127.0.0.0/8'] });
/** A job that is done may have added another one. */
const runJobs = async ({ server }: TestServer) => {
  for (let round = 0; round < 3; round++) await server.get(JobRunner).runDue();
};
const typesOf = (received: readonly Received[]) => received.map(({ body }) => JSON.parse(body).type);
const makeApp = (caller: Caller, name: string) => caller('POST', '/v1/apps', { type: 'note', name, spec: {} });

async function subscribe({ server }: TestServer, caller: Caller, body: object) {
  const made = await caller('POST', '/v1/webhooks', body);
  expect(made.status).toBe(201);
  await server.foundation.notifications.flush();
  return made.body;
}

/** Lets the next attempt be due. */
const hurry = ({ store }: TestServer) =>
  store.pool.query(`update graphile_worker._private_jobs set run_at = now() where run_at > now()`);

describe('a webhook', () => {
  test('is told of an event once, signed with its secret', async () => {
    const run = await start();
    const { url, received } = await receive();
    const { secret } = await subscribe(run, run.admin, { url, types: ['app.created'] });
    const { body: app } = await makeApp(run.admin, 'told');
    await runJobs(run);
    await runJobs(run);
    expect(received).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(JSON.parse(body)).toMatchObject({ type: 'app.created', data: { app: { id: app.id, name: 'told' } } });
    const signed = { id: `${headers['webhook-id']}`, timestamp: Number(headers['webhook-timestamp']), body };
    expect(headers).toMatchObject(signatureHeaders(signed, secret));
    expect(headers.authorization).toBeUndefined();
  });

  test('is told of what happens in its tenant and below, and of nothing else', async () => {
    const run = await start();
    const reseller = await run.newTenant('Reseller', { kind: 'reseller' });
    const ada = await run.newTenant('Ada', { parent: reseller.id });
    const bob = await run.newTenant('Bob');
    const [hosters, resellers, adas, bobs] = await Promise.all([receive(), receive(), receive(), receive()]);
    const types = ['app.created'];
    await subscribe(run, run.admin, { url: hosters.url, types });
    await subscribe(run, reseller.caller, { url: resellers.url, types });
    await subscribe(run, ada.caller, { url: adas.url, types });
    await subscribe(run, bob.caller, { url: bobs.url, types });
    await makeApp(ada.caller, 'of-ada');
    await runJobs(run);
    expect([hosters, resellers, adas, bobs].map(({ received }) => received.length)).toEqual([1, 1, 1, 0]);
  });

  test('hears of the types it wants, of all when it names none, and of nothing when it is switched off', async () => {
    const run = await start();
    const [some, all, off] = await Promise.all([receive(), receive(), receive()]);
    await subscribe(run, run.admin, { url: some.url, types: ['app.removed'] });
    await subscribe(run, run.admin, { url: all.url });
    await subscribe(run, run.admin, { url: off.url, active: false });
    const { body: app } = await makeApp(run.admin, 'x');
    await run.admin('DELETE', `/v1/apps/${app.id}`);
    await runJobs(run);
    expect(typesOf(some.received)).toEqual(['app.removed']);
    expect(typesOf(all.received)).toEqual(expect.arrayContaining(['app.created', 'app.removed']));
    expect(off.received).toEqual([]);
  });

  test('is not told of what was not done', async () => {
    const run = await start();
    const { url, received } = await receive();
    await subscribe(run, run.admin, { url, types: ['app.created'] });
    await makeApp(run.admin, 'refused');
    await runJobs(run);
    expect(received).toEqual([]);
  });
});

describe('a delivery', () => {
  test('that fails is tried again until it arrives, as the same message', async () => {
    const run = await start();
    const answers = [500, 503, 200];
    const { url, received } = await receive(() => answers.shift() ?? 200);
    const { id } = await subscribe(run, run.admin, { url, types: ['app.created'] });
    await makeApp(run.admin, 'x');
    await runJobs(run);
    const read = async () => (await run.admin('GET', `/v1/webhooks/${id}/deliveries`)).body.items;
    expect(await read()).toMatchObject([{ state: 'pending', attempts: 1, status: 500, error: 'it answered 500' }]);
    for (let index = 0; index < 3; index++) {
      await hurry(run);
      await runJobs(run);
    }
    expect(await read()).toMatchObject([{ state: 'delivered', attempts: 3, status: 200, error: null }]);
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
  });

  test('is given up after the last attempt, and can be sent again', async () => {
    const run = await start();
    let answer = 500;
    const { url, received } = await receive(() => answer);
    const { id } = await subscribe(run, run.admin, { url, types: ['app.created'] });
    await makeApp(run.admin, 'x');
    for (let index = 0; index < PAUSES.length + 3; index++) {
      await runJobs(run);
      await hurry(run);
    }
    const { items } = (await run.admin('GET', `/v1/webhooks/${id}/deliveries?state=failed`)).body;
    expect(items).toMatchObject([{ attempts: PAUSES.length + 1 }]);
    expect(received).toHaveLength(PAUSES.length + 1);
    answer = 200;
    await run.admin('POST', `/v1/webhooks/${id}/deliveries/${items[0].id}/again`, {});
    await runJobs(run);
    const again = await run.admin('GET', `/v1/webhooks/${id}/deliveries?state=delivered`);
    expect(again.body.items).toMatchObject([{ attempts: 1, type: 'app.created' }]);
  });

  test('can be tried out', async () => {
    const run = await start();
    const { url, received } = await receive();
    const { id } = await subscribe(run, run.admin, { url, types: ['app.created'] });
    await run.admin('POST', `/v1/webhooks/${id}/test`, {});
    await runJobs(run);
    expect(typesOf(received)).toEqual(['webhook.test']);
  });

  test('goes nowhere inside when nobody allowed it', async () => {
    const run = await start();
    const { url, received } = await receive();
    const { id } = await subscribe(run, run.admin, { url, types: ['app.created'] });
    const strict = await startReadyServer();
    const refused = await strict.admin('POST', '/v1/webhooks', { url: url.replace('http:', 'https:') });
    expect(refused.body.code).toBe('webhook-address-refused');
    expect((await strict.admin('POST', '/v1/webhooks', { url: 'http://example.org/' })).body.code).toBe(
      'webhook-address-refused',
    );
    await run.store.pool.query(
      `update kernel.webhook set url = 'https://169.254.169.254/latest/meta-data' where id = $1`,
      [id],
    );
    await run.admin('POST', `/v1/webhooks/${id}/test`, {});
    await runJobs(run);
    const { items } = (await run.admin('GET', `/v1/webhooks/${id}/deliveries`)).body;
    expect(items).toMatchObject([{ status: null, error: 'the address is not one of the internet' }]);
    expect(received).toEqual([]);
  });
});

describe('webhooks of a tenant', () => {
  test('are seen, changed and removed by its own people only', async () => {
    const run = await start();
    const ada = await run.newTenant('Ada');
    const bob = await run.newTenant('Bob');
    const { id } = await subscribe(run, ada.caller, { url: 'https://example.org/' });
    expect((await bob.caller('GET', '/v1/webhooks')).body.items).toEqual([]);
    for (const [method, url, body] of [
      ['GET', `/v1/webhooks/${id}`, undefined],
      ['PATCH', `/v1/webhooks/${id}`, { active: false }],
      ['DELETE', `/v1/webhooks/${id}`, undefined],
      ['POST', `/v1/webhooks/${id}/test`, {}],
      ['POST', `/v1/webhooks/${id}/secret`, {}],
      ['GET', `/v1/webhooks/${id}/deliveries`, undefined],
    ] as const)
      expect((await bob.caller(method, url, body)).body.code).toBe('webhook-not-found');
    expect((await bob.caller('POST', '/v1/webhooks', { url: 'https://example.org/', tenant: ada.id })).status).toBe(
      404,
    );
    expect((await ada.caller('GET', `/v1/webhooks/${id}`)).body).toMatchObject({ active: true, tenant: ada.id });
    expect((await ada.caller('DELETE', `/v1/webhooks/${id}`)).status).toBe(204);
    expect((await ada.caller('GET', `/v1/webhooks/${id}`)).status).toBe(404);
  });

  test('have secrets that are shown once, kept encrypted, and can be renewed', async () => {
    const run = await start();
    const { url, received } = await receive();
    const { id, secret } = await subscribe(run, run.admin, { url });
    expect(JSON.stringify((await run.admin('GET', `/v1/webhooks/${id}`)).body)).not.toContain('whsec_');
    const { rows } = await run.store.pool.query(`select encode(secret, 'escape') as text from kernel.webhook`);
    expect(rows[0].text).not.toContain(secret.slice(6));
    const { body: renewed } = await run.admin('POST', `/v1/webhooks/${id}/secret`, {});
    expect(renewed.secret).not.toBe(secret);
    await run.admin('POST', `/v1/webhooks/${id}/test`, {});
    await runJobs(run);
    const [{ headers, body } = { headers: {}, body: '' }] = received.slice(-1);
    const signed = { id: `${headers['webhook-id']}`, timestamp: Number(headers['webhook-timestamp']), body };
    expect(headers).toMatchObject(signatureHeaders(signed, renewed.secret));
  });

  test('are at most twenty, however many are made at once', async () => {
    const run = await start();
    const { caller } = await run.newTenant('Ada');
    const made = await Promise.all(
      Array.from({ length: 25 }, () => caller('POST', '/v1/webhooks', { url: 'https://example.org/' })),
    );
    expect(made.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(made.filter(({ body }) => body.code === 'webhook-limit')).toHaveLength(5);
  });
});
