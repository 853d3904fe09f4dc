import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ApiClient } from './api-client.ts';
import { saveToken } from './credentials.ts';
import { renewSession } from './session-renewal.ts';
import { refuse, serveApi } from './testing/api-server.ts';

/** An API whose access tokens a1, a2 … end when the test says so. */
async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-cli-'));
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  let good = 1;
  const server = await serveApi({
    'POST /v1/session/refresh': async ({ body, reply }) => {
      const { refreshToken } = (await body()) as { refreshToken: string };
      if (refreshToken !== `r${good}`) return refuse(reply, { status: 401, code: 'session-over', title: 'Over' });
      good += 1;
      return { token: `a${good}`, refreshToken: `r${good}` };
    },
    'GET /v1/session': ({ headers, reply }) =>
      headers.authorization === `Bearer a${good}`
        ? { account: null, roles: [] }
        : refuse(reply, { status: 401, code: 'unauthenticated', title: 'Ended' }),
  });
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await server[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });
  const { api } = server;
  const kept = async () => JSON.parse(await readFile(join(folder, 'freehold/credentials.json'), 'utf8')).tokens[api];
  const client = (token: string) => new ApiClient({ api, token, renew: (stale) => renewSession(api, stale) });
  return {
    api,
    server,
    kept,
    client,
    endAccess: () => saveToken(api, { token: 'a0', refreshToken: 'r1', email: 'a@b.test' }),
  };
}

test('a request whose access token has ended is sent again with the next one, which is kept', async () => {
  const { client, endAccess, kept, server } = await start();
  await endAccess();
  expect(await client('a0').loadSession()).toEqual({ account: null, roles: [] });
  expect(await kept()).toEqual({ token: 'a2', refreshToken: 'r2', email: 'a@b.test' });
  expect(server.requests).toEqual(['GET /v1/session', 'POST /v1/session/refresh', 'GET /v1/session']);
});

test('what another command has renewed meanwhile is taken', async () => {
  const { client, endAccess, server } = await start();
  await endAccess();
  await client('a0').loadSession();
  expect(await client('a0').loadSession()).toEqual({ account: null, roles: [] });
  expect(server.requests.filter((request) => request.includes('refresh'))).toHaveLength(1);
});

test('when the session is over, the words are those of the API', async () => {
  const { client, api, kept } = await start();
  await saveToken(api, { token: 'a0', refreshToken: 'stolen' });
  await expect(client('a0').loadSession()).rejects.toMatchObject({ problem: { code: 'unauthenticated' } });
  expect(await kept()).toEqual({ token: 'a0', refreshToken: 'stolen' });
});

test('an API token is never renewed', async () => {
  const { api, server } = await start();
  await saveToken(api, { token: 'fh_x' });
  const client = new ApiClient({ api, token: 'fh_x', renew: (stale) => renewSession(api, stale) });
  await expect(client.loadSession()).rejects.toMatchObject({ problem: { code: 'unauthenticated' } });
  expect(server.requests).toEqual(['GET /v1/session']);
});
