import { join } from 'node:path';
import { createTestKernel } from '@freehold/sdk/testing';
import { expect, test } from 'vitest';

const fixtures = join(import.meta.dirname, '../server/testing/plugins');

/** The real server and the real agent, on a database of their own and a machine in memory. */
const startKernel = () =>
  createTestKernel({
    plugins: [join(fixtures, 'site'), join(fixtures, 'pool')],
    node: { commands: { tidy: 'tidied\n', 'pool-versions': '1\n2\n' } },
  });

test('server and agent understand each other through the whole life of an app', async () => {
  await using kernel = await startKernel();
  const { node } = kernel;

  const app = await kernel.apps.create('site', { title: 'Hello', version: '2' });
  expect(node.snapshot()).toContain('title = \\"Hello\\"');
  expect(node.snapshot()).not.toContain('freehold_secret_');
  expect(node.snapshot()).not.toContain('freehold-output');
  expect(app.conditions[0]).toMatchObject({ type: 'Ready', status: 'True' });

  const siteFile = `${app.home}/site.json`;
  expect(await app.plan({ hostnames: ['a.test'] })).toMatchObject([
    { resource: `file:${siteFile}`, action: 'update', diff: expect.stringContaining('a.test') },
  ]);
  expect(node.file(siteFile)).not.toContain('a.test');
  const changed = await app.change({ hostnames: ['a.test'] });
  expect(changed.steps).toMatchObject([{ resource: `file:${siteFile}`, state: 'done' }]);
  expect(JSON.parse(node.file(siteFile)).hostnames).toEqual(['a.test']);

  await app.deploy({ 'index.html': 'deployed' });
  expect(app.release).toBe(1);
  expect(node.snapshot()).toContain('deployed');

  expect(await app.action('tidy', { depth: 2 })).toMatchObject({
    state: 'succeeded',
    output: { tidy: ['tidied'] },
  });

  await app.suspend('abuse');
  expect(JSON.parse(node.file(siteFile)).suspended).toBe(true);
  await app.resume();
  expect(JSON.parse(node.file(siteFile)).suspended).toBe(false);

  await app.remove();
  expect(app.lifecycle).toBe('removed');
  expect(node.snapshot()).not.toContain('a.test');
  await app.restore();
  expect(node.snapshot()).toContain('deployed');
  await app.remove();
  await app.purge();
  expect(app.lifecycle).toBe('purged');
  expect(await kernel.http.inject({ url: `/v1/apps/${app.id}` })).toMatchObject({
    status: 404,
    body: { code: 'app-not-found' },
  });
  expect(node.snapshot()).not.toContain('deployed');
});

test('a sweep of a node that nobody touched finds nothing to do', async () => {
  await using kernel = await startKernel();
  await kernel.apps.create('note');
  expect(await kernel.node.check()).toEqual([]);
});

test('a hundred apps that are made at once all come to be', async () => {
  await using kernel = await startKernel();
  const names = Array.from({ length: 100 }, (_, index) => `n${index}`);
  const made = await Promise.all(names.map((name) => kernel.apps.create('note', { text: name }, { name })));
  expect(made.every(({ ready }) => ready)).toBe(true);
  expect(made.map(({ home }) => kernel.node.file(`${home}/note.txt`))).toEqual(names);
}, 60_000);
