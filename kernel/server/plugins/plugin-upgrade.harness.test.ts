import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateDocument, Work } from '@freehold/sdk/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../log/logger.ts';
import { createServer, type Server } from '../server.ts';
import { startReadyServer, type TestServer } from '../testing/test-server.ts';

/** The plugins of the tests with other code in one of them. */
async function copyPlugins(edit: (source: string) => string, version = '1.1.0'): Promise<string> {
  // Beside the others, so that what they import is found.
  const folder = await mkdtemp(join(import.meta.dirname, '../testing/newer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(join(import.meta.dirname, '../testing/plugins'), folder, { recursive: true });
  const manifest = join(folder, 'site/package.json');
  const contents = await readFile(manifest, 'utf8');
  await writeFile(manifest, contents.replace('"version": "1.0.0"', `"version": "${version}"`));
  const source = join(folder, 'site/index.ts');
  await writeFile(source, edit(await readFile(source, 'utf8')));
  return folder;
}

/** Another server on the same database. */
async function startWith(run: TestServer, folder: string): Promise<Server> {
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

/** Another server on the same database, whose plugins are a newer version of those of the tests. */
async function restartWith(run: TestServer, edit: (source: string) => string): Promise<Server> {
  await run.server.stop();
  return startWith(run, await copyPlugins(edit));
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

/** Each grows when its owner is computed again. */
async function loadRevisions({ store }: TestServer): Promise<Record<string, number>> {
  const { rows } = await store.pool.query(
    `select split_part(owner, 'app_', 1) as owner, revision from kernel.reconciliation`,
  );
  return Object.fromEntries(rows.map(({ owner, revision }) => [owner, revision]));
}

const renameLog = (source: string) => source.replace("title: 'Requests'", "title: 'Access'");

test('a newer version of a plugin has its apps computed again', async () => {
  const run = await startReadyServer();
  await run.admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec: {} });
  await run.node.settle();
  const newer = await restartWith(run, renameLog);
  const work = await takeWork(run, newer);
  const owners = work.map((one) => (one as { document: StateDocument }).document.owner);
  expect(owners).toEqual(['role:site', expect.stringMatching(/^app:/)]);
  expect(JSON.stringify(work)).toContain('Access');
});

test('other code of the same version has its apps computed again: once, however many servers start at once', async () => {
  const run = await startReadyServer();
  await run.admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec: {} });
  await run.node.settle();
  await run.server.stop();
  const { 'app:': app, 'role:site': role, 'role:pool': other } = await loadRevisions(run);
  const folder = await copyPlugins(renameLog, '1.0.0');
  const [newer] = await Promise.all([startWith(run, folder), startWith(run, folder), startWith(run, folder)]);
  expect(await loadRevisions(run)).toEqual({
    'app:': Number(app) + 1,
    'role:site': Number(role) + 1,
    'role:pool': other,
  });
  expect(JSON.stringify(await takeWork(run, newer))).toContain('Access');
});

test('the same code has nothing computed again, wherever it is and with whatever tests', async () => {
  const run = await startReadyServer();
  await run.admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec: {} });
  await run.node.settle();
  await run.server.stop();
  const folder = await copyPlugins(String, '1.0.0');
  await writeFile(join(folder, 'site/index.test.ts'), 'throw new Error("not run")');
  const before = await loadRevisions(run);
  await startWith(run, folder);
  expect(await loadRevisions(run)).toEqual(before);
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
