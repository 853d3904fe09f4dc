import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ApiClient } from './api-client.ts';
import { exitCodes, ProblemError } from './problem.ts';
import { refuse, sendEvents, serveApi } from './testing/api-server.ts';

const never = new AbortController().signal;

test('a request carries the token, and a POST a key of its own', async () => {
  const seen: unknown[] = [];
  await using server = await serveApi({
    'POST /v1/tenants': async ({ headers, body }) => {
      seen.push(headers.authorization, headers['idempotency-key'], await body());
      return { id: 'ten_1' };
    },
  });
  await new ApiClient({ api: server.api, token: 'fh_1' }).createTenant({ name: 'A' });
  expect(seen).toEqual(['Bearer fh_1', expect.stringMatching(/^[0-9a-f-]{36}$/), { name: 'A' }]);
});

test('a list is read to its last page', async () => {
  await using server = await serveApi({
    'GET /v1/apps': ({ url }) =>
      url.searchParams.get('cursor')
        ? { items: [{ id: 'c' }], next: null }
        : { items: [{ id: 'a' }, { id: 'b' }], next: '2' },
  });
  const apps = await new ApiClient(server).listApps({ name: 'x y', tenant: undefined });
  expect(apps.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  expect(server.requests).toEqual(['GET /v1/apps?limit=200&name=x+y', 'GET /v1/apps?limit=200&name=x+y&cursor=2']);
});

test('what stands in an address cannot leave its place', async () => {
  await using server = await serveApi({ 'GET /v1/apps/:app': () => ({}) });
  await new ApiClient(server).loadApp('../tenants?x=1#y');
  expect(server.requests).toEqual(['GET /v1/apps/..%2Ftenants%3Fx%3D1%23y']);
});

test.each([
  [401, exitCodes.forbidden],
  [403, exitCodes.forbidden],
  [404, exitCodes.notFound],
  [409, exitCodes.conflict],
  [413, exitCodes.refused],
  [422, exitCodes.refused],
  [500, exitCodes.failed],
  [504, exitCodes.notConverged],
])('an answer with status %i ends with exit code %i and the words of the API', async (status, exitCode) => {
  await using server = await serveApi({
    'GET /v1/nodes': ({ reply }) => refuse(reply, { status, code: 'some-code', title: 'Title', detail: 'Detail.' }),
  });
  const error = await new ApiClient(server).listNodes().catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ProblemError);
  expect(error).toMatchObject({ exitCode, problem: { code: 'some-code', detail: 'Detail.', status } });
});

test('an answer that is not the API’s is told from one that is', async () => {
  await using server = await serveApi({
    'GET /v1/nodes': ({ reply }) => reply.writeHead(502).end('<h1>Bad gateway</h1>'),
  });
  const error = await new ApiClient(server).listNodes().catch((error: ProblemError) => error.problem);
  expect(error).toMatchObject({ code: 'unexpected-answer', status: 502, remedy: expect.stringContaining('proxy') });
});

test('no answer at all says what is the matter', async () => {
  const server = await serveApi({});
  await server[Symbol.asyncDispose]();
  const error = await new ApiClient(server).listNodes().catch((error: unknown) => error);
  expect(error).toMatchObject({
    exitCode: exitCodes.cannotConnect,
    problem: { code: 'cannot-connect', detail: `${server.api} does not answer: nothing listens there.` },
  });
});

test('events go on behind the last one seen when the connection breaks', async () => {
  await using server = await serveApi({
    'GET /v1/events': ({ headers, reply }) => {
      const send = sendEvents(reply);
      if (headers['last-event-id'] === undefined) {
        send('app.created', { n: 1 }, '7-1');
        setTimeout(() => reply.destroy(), 20);
      } else send('app.changed', { n: 2, after: headers['last-event-id'] }, '7-2');
    },
  });
  const events = [];
  for await (const event of new ApiClient(server).followEvents({ app: 'app_1' }, never)) {
    events.push(event);
    if (events.length === 2) break;
  }
  expect(events).toEqual([
    { type: 'app.created', id: '7-1', data: { n: 1 } },
    { type: 'app.changed', id: '7-2', data: { n: 2, after: '7-1' } },
  ]);
});

test('a stream ends with its signal, without an error', async () => {
  const stop = new AbortController();
  await using server = await serveApi({
    'GET /v1/events': ({ reply }) => sendEvents(reply)('app.created', {}),
  });
  const seen = [];
  for await (const event of new ApiClient(server).followEvents({}, stop.signal)) {
    seen.push(event.type);
    stop.abort();
  }
  expect(seen).toEqual(['app.created']);
});

test('a refused stream is not tried again', async () => {
  await using server = await serveApi({
    'GET /v1/events': ({ reply }) => refuse(reply, { status: 403, code: 'permission-denied', title: 'No' }),
  });
  const events = new ApiClient(server).followEvents({}, never);
  await expect(events.next()).rejects.toMatchObject({ exitCode: exitCodes.forbidden });
  expect(server.requests).toHaveLength(1);
});

test('an archive is sent as it comes', async () => {
  let received: Buffer | undefined;
  await using server = await serveApi({
    'PUT /v1/apps/:app/files': async ({ raw, headers }) => {
      received = await buffer(raw);
      return { type: headers['content-type'], chunked: headers['transfer-encoding'] };
    },
  });
  const archive = Readable.from([Buffer.from('one'), Buffer.from('two')]);
  const answer = await new ApiClient(server).deploy('app_1', { archive });
  expect([answer, received?.toString()]).toEqual([{ type: 'application/gzip', chunked: 'chunked' }, 'onetwo']);
});

test('a server that refuses an archive half way is heard', async () => {
  await using server = await serveApi({
    'PUT /v1/apps/:app/files': ({ raw, reply }) => {
      raw.once('data', () => refuse(reply, { status: 413, code: 'archive-too-large', title: 'Too large' }));
      raw.resume();
    },
  });
  async function* endless() {
    for (;;) yield Buffer.alloc(65_536);
  }
  const deployed = new ApiClient(server).deploy('app_1', { archive: Readable.from(endless()) });
  await expect(deployed).rejects.toMatchObject({ exitCode: exitCodes.refused, problem: { code: 'archive-too-large' } });
});

test('an archive that cannot be made is what failed, and not the connection', async () => {
  await using server = await serveApi({
    'PUT /v1/apps/:app/files': ({ raw }) => void raw.resume().on('error', () => {}),
  });
  const archive = Readable.from(
    (async function* () {
      yield Buffer.from('start');
      throw new Error('index.php is gone');
    })(),
  );
  await expect(new ApiClient(server).deploy('app_1', { archive })).rejects.toThrow('index.php is gone');
});
