import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Http } from '../../http/http.ts';
import { silentLog } from '../../log/logger.ts';
import { createServer } from '../../server.ts';
import { SettingService } from '../../settings/setting.service.ts';
import { ADMIN, startTestServer, type TestServer } from '../../testing/test-server.ts';

const limits = { address: { requests: 40, seconds: 60 }, account: { requests: 50, seconds: 60 } };

async function startCounting(): Promise<TestServer> {
  const run = await startTestServer({ counting: true });
  await setLimits(run);
  return run;
}

async function setLimits({ server, store, clock }: TestServer): Promise<void> {
  await store.transaction((tx) => server.get(SettingService).record(tx, { rateLimits: limits }));
  await server.foundation.notifications.flush();
  clock.advance(60_000);
}

/** Another server on the same database, and with the same key. */
async function startReplica({ store, clock, server }: TestServer): Promise<Http> {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-replica-'));
  const { keyring } = server.foundation;
  const replica = await createServer({ folder, pluginFolders: [], log: silentLog, database: store, clock, keyring });
  onTestFinished(async () => {
    await replica.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return replica.api();
}

const ask = (api: Http, token: string | undefined, address = '192.0.2.1') =>
  api.inject({
    url: '/v1/apps',
    remoteAddress: address,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

const countAllowed = (answers: { statusCode: number }[]) =>
  answers.filter(({ statusCode }) => statusCode !== 429).length;

describe('an account', () => {
  test('is refused when it asks too often, is told when to come back, and may when the window has passed', async () => {
    const { api, clock } = await startCounting();
    const first = await ask(api, ADMIN.token);
    expect(first.headers).toMatchObject({
      'ratelimit-limit': '50',
      'ratelimit-policy': '50;w=60',
      'ratelimit-remaining': '49',
    });
    for (let index = 0; index < 49; index++) expect((await ask(api, ADMIN.token)).statusCode).toBe(200);
    const refused = await ask(api, ADMIN.token);
    expect(refused.statusCode).toBe(429);
    expect(refused.json()).toMatchObject({ code: 'too-many-requests', retryable: true });
    const pause = Number(refused.headers['retry-after']);
    expect(pause).toBe(Number(refused.headers['ratelimit-reset']));
    clock.advance(pause * 1_000);
    expect((await ask(api, ADMIN.token)).statusCode).toBe(200);
  });

  test('is counted from wherever it asks, and apart from others', async () => {
    const run = await startCounting();
    const { caller } = await run.newTenant('Ada');
    run.clock.advance(60_000);
    for (let index = 0; index < 50; index++) await ask(run.api, ADMIN.token, `192.0.2.${index}`);
    expect((await ask(run.api, ADMIN.token, '192.0.2.99')).statusCode).toBe(429);
    expect((await ask(run.api, caller.token, '192.0.2.99')).statusCode).toBe(200);
  });

  test('has one limit on all servers together', async () => {
    const run = await startCounting();
    const replica = await startReplica(run);
    const answers = [];
    for (let index = 0; index < 80; index++) answers.push(await ask(index % 2 ? replica : run.api, ADMIN.token));
    expect(countAllowed(answers)).toBe(50);
  });
});

describe('an address', () => {
  test('without a token is counted, whatever it asks for', async () => {
    const { api } = await startCounting();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        api.inject({ url: index % 2 ? '/v1/openapi.json' : `/v1/nothing-${index}`, remoteAddress: '192.0.2.5' }),
      ),
    );
    expect(countAllowed(answers)).toBe(40);
    const other = await api.inject({ url: '/v1/openapi.json', remoteAddress: '192.0.2.6' });
    expect(other.statusCode).toBe(200);
  });

  test('that tries tokens is stopped, and all addresses of its network of IPv6 with it', async () => {
    const { api } = await startCounting();
    for (let index = 0; index < 40; index++) await ask(api, `fh_wrong${index}`, `2001:db8:1:2::${index}`);
    expect((await ask(api, 'fh_wrong', '2001:db8:1:2:ffff::1')).statusCode).toBe(429);
    expect((await ask(api, 'fh_wrong', '2001:db8:1:3::1')).statusCode).toBe(401);
  });

  test('cannot say that it is another one, unless its proxy is trusted', async () => {
    const { api } = await startCounting();
    const get = (index: number) =>
      api.inject({
        url: '/v1/openapi.json',
        remoteAddress: '192.0.2.5',
        headers: { 'x-forwarded-for': `198.51.100.${index}`, forwarded: `for=198.51.100.${index}` },
      });
    const answers = [];
    for (let index = 0; index < 60; index++) answers.push(await get(index));
    expect(countAllowed(answers)).toBe(40);
  });

  test('is asked for its health as often as it likes', async () => {
    const { api } = await startCounting();
    for (let index = 0; index < 60; index++) expect((await api.inject('/health')).statusCode).toBe(200);
  });
});

test('behind a trusted proxy each of its callers is counted by itself', async () => {
  const run = await startTestServer({ counting: true, trustedProxies: ['192.0.2.5'] });
  await setLimits(run);
  const answers = [];
  for (let index = 0; index < 60; index++)
    answers.push(
      await run.api.inject({
        url: '/v1/openapi.json',
        remoteAddress: '192.0.2.5',
        headers: { 'x-forwarded-for': `198.51.100.${index}` },
      }),
    );
  expect(countAllowed(answers)).toBe(60);
});
