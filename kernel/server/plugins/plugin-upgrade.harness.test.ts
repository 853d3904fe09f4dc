import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateDocument, Work } from '@freehold/sdk/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../log/logger.ts';
import { createServer, type Server } from '../server.ts';
import { startReadyServer, type TestServer } from '../testing/test-server.ts';

/** Another server on the same database, whose plugins are a newer version of those of the tests. */
async function restartWith(run: TestServer, edit: (source: string) => string) {
  await run.server.stop();
  // Beside the others, so that what they import is found.
  const folder = await mkdtemp(join(import.meta.dirname, '../testing/newer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(join(import.meta.dirname, '../testing/plugins'), folder, { recursive: true });
  const manifest = join(folder, 'site/package.json');
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"version": "1.0.0"', '"version": "1.1.0"'));
  const source = join(folder, 'site/index.ts');
  await writeFile(source, edit(await readFile(source, 'utf8')));
  const { clock, keyring } = run.server.foundation;
  const server = await createServer({
    folder: run.folder,
    pluginFolders: [folder],
    log: silentLog,
    database: run.store,
    clock,
    keyring,
  });
  onTestFinished(() => server.stop());
  return server;
}

const exchange = { protocol: 1, boot: 'b2', reports: [], inHand: [], wait: 1 } as const;
const over = AbortSignal.abort();

/** The work that it has for the node: the role, and when that is done the apps that need it. */
async function takeWork({ node }: TestServer, newer: Server): Promise<readonly Work[]> {
  const { work: roles } = await newer.exchange.exchange(node.id, exchange, over);
  const reports = roles.flatMap((work) => node.report(work) ?? []);
  const { work: apps } = await newer.exchange.exchange(node.id, { ...exchange, reports }, over);
  return [...roles, ...apps];
}

test('a newer version of a plugin has its apps computed again; the same version does not', async () => {
  const run = await startReadyServer();
  await run.admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec: {} });
  await run.node.settle();
  const newer = await restartWith(run, (source) => source.replace("title: 'Requests'", "title: 'Access'"));
  const work = await takeWork(run, newer);
  const owners = work.map((one) => (one as { document: StateDocument }).document.owner);
  expect(owners).toEqual(['role:site', expect.stringMatching(/^app:/)]);
  expect(JSON.stringify(work)).toContain('Access');
});

test('a newer version of a spec is what is stored, without a new generation', async () => {
  const run = await startReadyServer();
  const { body: app } = await run.admin('POST', '/v1/apps', { type: 'note', name: 'n', spec: { text: 'hello' } });
  await run.node.settle();
  const newer = await restartWith(run, (source) => {
    const [before, note] = source.split("id: 'note',") as [string, string];
    return `${before}id: 'note', migrateSpec: { 1: (old) => ({ content: (old as { text: string }).text }) },${note
      .replace('specVersion: 1', 'specVersion: 2')
      .replace(
        "text: Type.String({ maxLength: 100_000, default: '' })",
        "content: Type.String({ maxLength: 100_000, default: '' })",
      )
      .replace('spec.text', 'spec.content')}`;
  });
  const { rows } = await run.store.pool.query('select spec, spec_version, generation from kernel.app where id = $1', [
    app.id,
  ]);
  expect(rows).toEqual([{ spec: { content: 'hello' }, spec_version: 2, generation: 1 }]);
  expect(JSON.stringify(await takeWork(run, newer))).toContain('"content":"hello"');
});

test('a spec that cannot be migrated stays as it is, and its app says why', async () => {
  const run = await startReadyServer();
  const { body: app } = await run.admin('POST', '/v1/apps', { type: 'note', name: 'n', spec: { text: 'hello' } });
  await run.node.settle();
  const newer = await restartWith(run, (source) => {
    const [before, note] = source.split("id: 'note',") as [string, string];
    return `${before}id: 'note', migrateSpec: { 1: () => { throw new Error('too old'); } },${note.replace('specVersion: 1', 'specVersion: 2')}`;
  });
  await takeWork(run, newer);
  const { rows } = await run.store.pool.query('select conditions from kernel.reconciliation where app = $1', [app.id]);
  expect(rows[0].conditions[0]).toMatchObject({
    type: 'Ready',
    status: 'False',
    reason: 'PluginFailed',
    message: expect.stringContaining('too old'),
  });
});

test('apps of a plugin that runs no more stay as they are on their nodes', async () => {
  const run = await startReadyServer();
  const { body: app } = await run.admin('POST', '/v1/apps', { type: 'note', name: 'n', spec: {} });
  await run.node.settle();
  const broken = await restartWith(run, () => 'throw new Error("broken");');
  expect((await broken.exchange.exchange(run.node.id, exchange, over)).work).toEqual([]);
  const { rows } = await run.store.pool.query('select conditions from kernel.reconciliation where app = $1', [app.id]);
  expect(rows[0].conditions[0]).toMatchObject({ type: 'Ready', status: 'True' });
});
