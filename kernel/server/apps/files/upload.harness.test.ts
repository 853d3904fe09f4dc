import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ADMIN, startReadyServer, type TestServer } from '../../testing/test-server.ts';
import { packFixture } from './fixture-archive.ts';

const until = async (check: () => Promise<boolean>) => {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 5));
};
const newSite = async ({ admin }: TestServer) =>
  (await admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec: {} })).body.id;
const uploads = (run: TestServer) => readdir(join(run.folder, 'uploads'));

/** A request whose body the test sends as it likes. */
async function openUpload(run: TestServer, app: string) {
  if (run.api.addresses().length === 0) await run.api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = run.api.addresses()[0] as AddressInfo;
  const headers = { authorization: `Bearer ${ADMIN.token}`, 'content-type': 'application/x-tar' };
  const call = request({ host: '127.0.0.1', port, path: `/v1/apps/${app}/files`, method: 'PUT', headers });
  const answer = new Promise<{ status: number; body: { code?: string } }>((resolve, reject) => {
    call.once('error', reject);
    call.once('response', async (response) =>
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(await text(response)) }),
    );
  });
  answer.catch(() => undefined);
  return { call, answer };
}

test('an upload whose sender goes away leaves nothing, and no release', async () => {
  const run = await startReadyServer();
  const app = await newSite(run);
  const { call } = await openUpload(run, app);
  call.write((await packFixture([{ name: 'a', content: 'x'.repeat(3_000) }])).subarray(0, 1_500));
  await until(async () => (await uploads(run)).length === 1);
  call.destroy();
  await until(async () => (await uploads(run)).length === 0);
  expect((await run.admin('GET', `/v1/apps/${app}/releases`)).body.items).toEqual([]);
});

test('an upload that stops coming is given up with an answer', async () => {
  const run = await startReadyServer({ uploadPatience: 100 });
  const app = await newSite(run);
  const { call, answer } = await openUpload(run, app);
  call.write((await packFixture(['a'])).subarray(0, 600));
  expect(await answer).toMatchObject({ status: 408, body: { code: 'upload-too-slow' } });
  call.destroy();
  expect(await uploads(run)).toEqual([]);
});

test('an archive that is refused is answered while it is still being sent', async () => {
  const run = await startReadyServer();
  const app = await newSite(run);
  const { call, answer } = await openUpload(run, app);
  call.write(await packFixture(['../escape', { name: 'b', content: 'x'.repeat(100_000) }]));
  expect(await answer).toMatchObject({ status: 422, body: { code: 'archive-refused' } });
  call.destroy();
  expect(await uploads(run)).toEqual([]);
});

test('nothing but archives is taken', async () => {
  const run = await startReadyServer();
  const app = await newSite(run);
  const put = (body: unknown, type: string) =>
    run.admin('PUT', `/v1/apps/${app}/files`, body, { 'content-type': type });
  expect((await put('{}', 'application/json')).status).toBe(415);
  expect((await put('hello', 'text/plain')).body.code).toBe('unsupported-media-type');
  expect((await put(Buffer.alloc(0), 'application/x-tar')).body.code).toBe('archive-broken');
  expect((await put(Buffer.from('no archive at all'), 'application/gzip')).body.code).toBe('archive-broken');
});

test('the same files deployed to many apps at once are stored once', async () => {
  const run = await startReadyServer();
  const archive = await packFixture([{ name: 'a', content: 'same' }]);
  const apps = await Promise.all(
    ['a', 'b', 'c', 'd'].map(
      async (name) => (await run.admin('POST', '/v1/apps', { type: 'site', name, spec: {} })).body.id,
    ),
  );
  const headers = { 'content-type': 'application/x-tar' };
  const answers = await Promise.all(apps.map((app) => run.admin('PUT', `/v1/apps/${app}/files`, archive, headers)));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(await uploads(run)).toHaveLength(1);
});

test('deployments of one app at once become releases one after the other', async () => {
  const run = await startReadyServer();
  const app = await newSite(run);
  const headers = { 'content-type': 'application/x-tar' };
  const answers = await Promise.all(
    ['1', '2', '3'].map(async (content) =>
      run.admin('PUT', `/v1/apps/${app}/files`, await packFixture([{ name: 'a', content }]), headers),
    ),
  );
  expect(answers.map(({ body }) => body.release.number).sort()).toEqual([1, 2, 3]);
  expect((await run.admin('GET', `/v1/apps/${app}`)).body.release).toBe(3);
});
