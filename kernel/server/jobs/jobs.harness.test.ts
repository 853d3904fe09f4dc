import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packFixture } from '../apps/files/fixture-archive.ts';
import { startReadyServer, type TestServer } from '../testing/test-server.ts';
import { JobRunner } from './job-runner.ts';
import { BackgroundTasks } from './tasks.ts';

const note = ({ admin }: TestServer, name: string) => admin('POST', '/v1/apps', { type: 'note', name, spec: {} });
const told = () => ((globalThis as { told?: { app: { name: string } }[] }).told ?? []).map(({ app }) => app.name);
const until = async (check: () => boolean | Promise<boolean>) => {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe('events for plugins', () => {
  test('are told to each subscriber after the change', async () => {
    const run = await startReadyServer();
    await run.server.startJobs();
    await note(run, 'told-later');
    await until(() => told().includes('told-later'));
  });

  test('are not told when the change was not made', async () => {
    const run = await startReadyServer();
    await note(run, 'refused');
    await note(run, 'made');
    const { rows } = await run.store.pool.query('select payload from graphile_worker._private_jobs');
    expect(rows).toHaveLength(1);
  });

  test('are kept until a server runs, and told once', async () => {
    const run = await startReadyServer();
    await note(run, 'kept-event');
    const { rows } = await run.store.pool.query('select task_identifier from graphile_worker.jobs');
    expect(rows).toEqual([{ task_identifier: 'deliver-event' }]);
    await run.server.startJobs();
    await until(async () => (await run.store.pool.query('select 1 from graphile_worker._private_jobs')).rowCount === 0);
    expect(told().filter((name) => name === 'kept-event')).toHaveLength(1);
  });

  test('of which nothing is left any more are forgotten', async () => {
    const run = await startReadyServer();
    await run.server.get(BackgroundTasks).deliverEvent({ event: '999999', plugin: 'site' });
  });
});

describe('the trash', () => {
  test('is emptied of what has been in it for long enough', async () => {
    const run = await startReadyServer();
    const { body: old } = await note(run, 'old');
    const { body: young } = await note(run, 'young');
    await run.admin('DELETE', `/v1/apps/${old.id}`);
    run.clock.advance(20 * 86_400_000);
    await run.admin('DELETE', `/v1/apps/${young.id}`);
    run.clock.advance(10 * 86_400_000 + 1);
    await run.server.get(BackgroundTasks).purge();
    await run.node.settle();
    expect((await run.admin('GET', `/v1/apps/${old.id}`)).status).toBe(404);
    expect((await run.admin('GET', `/v1/apps/${young.id}`)).body.lifecycle).toBe('removed');
    const { body } = await run.admin('GET', `/v1/audit?subject=${old.id}`);
    expect(body.items[0]).toMatchObject({ action: 'app.purge', actor: { kind: 'system', name: 'Freehold' } });
  });

  test('keeps what is kept for as long as the installation says', async () => {
    const run = await startReadyServer();
    await run.admin('PATCH', '/v1/settings', { retention: 60 });
    const { body } = await note(run, 'old');
    const removed = await run.admin('DELETE', `/v1/apps/${body.id}`);
    expect(Date.parse(removed.body.purgeAfter) - Date.parse(removed.body.removedAt)).toBe(60_000);
  });
});

describe('cleaning up', () => {
  test('removes archives that no release names, and never one that is used', async () => {
    const run = await startReadyServer();
    const folder = join(run.folder, 'uploads');
    const { body } = await run.admin('POST', '/v1/apps', { type: 'site', name: 'blog', spec: {} });
    const headers = { 'content-type': 'application/x-tar' };
    for (const content of ['1', '2', '3', '4', '5'])
      await run.admin('PUT', `/v1/apps/${body.id}/files`, await packFixture([{ name: 'a', content }]), headers);
    expect(await readdir(folder)).toHaveLength(5);
    await run.server.get(BackgroundTasks).clean();
    expect(await readdir(folder)).toHaveLength(5);
    run.clock.advance(365 * 86_400_000);
    await run.server.get(BackgroundTasks).clean();
    const { rows } = await run.store.pool.query('select upload from kernel.release order by upload');
    expect((await readdir(folder)).sort()).toEqual(rows.map(({ upload }) => upload));
    expect(rows).toHaveLength(3);
  });

  test('removes what is old: keys, questions, events', async () => {
    const run = await startReadyServer();
    await run.admin('POST', '/v1/tenants', { name: 'x' }, { 'idempotency-key': 'k' });
    await note(run, 'x');
    const count = async (table: string) => (await run.store.pool.query(`select 1 from kernel.${table}`)).rowCount;
    expect(await count('idempotency_key')).toBe(1);
    expect(await count('event')).toBeGreaterThan(0);
    run.clock.advance(31 * 86_400_000);
    await run.server.get(BackgroundTasks).clean();
    expect(await count('idempotency_key')).toBe(0);
    expect(await count('event')).toBe(0);
  });
});

test('the schedules of plugins are known to the queue, and follow the plugins', async () => {
  const run = await startReadyServer();
  await run.server.startJobs();
  const known = async () => {
    const { rows } = await run.store.pool.query('select identifier from graphile_worker._private_known_crontabs');
    return rows.map(({ identifier }) => identifier).sort();
  };
  await until(async () => (await known()).length > 0);
  expect(await known()).toEqual(['clean', 'count uses', 'plugin site nightly', 'purge']);
  await run.server.get(BackgroundTasks).runPluginJob({ plugin: 'site', job: 'nightly' });
  await run.server.get(BackgroundTasks).runPluginJob({ plugin: 'gone', job: 'x' });
  await run.server.get(JobRunner).refresh();
});
