import { expect, test } from 'vitest';
import { JobRunner } from '../jobs/job-runner.ts';
import { startReadyServer, type TestServer } from '../testing/test-server.ts';

/** Figures by name and labels, as Prometheus reads them. */
async function readMetrics({ admin }: TestServer): Promise<Map<string, number>> {
  const { body: text } = await admin('GET', '/metrics');
  const lines = (text as string).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

test('the metrics count requests, errors, jobs, hooks of plugins and operations of agents', async () => {
  const run = await startReadyServer();
  const before = await readMetrics(run);
  await run.admin('POST', '/v1/apps', { type: 'note', name: 'counted', spec: {} });
  await run.admin('GET', '/v1/apps/app_nothing');
  await run.node.settle();
  await run.server.get(JobRunner).runDue();
  const after = await readMetrics(run);
  const grown = (name: string) => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  const requests = 'freehold_http_request_duration_seconds_count';
  expect(grown(`${requests}{method="POST",route="/v1/apps",status="2xx"}`)).toBe(1);
  expect(grown(`${requests}{method="GET",route="/v1/apps/:app",status="4xx"}`)).toBe(1);
  expect(grown('freehold_problems_total{code="app-not-found"}')).toBe(1);
  expect(grown('freehold_job_duration_seconds_count{task="deliver-event",outcome="done"}')).toBeGreaterThan(0);
  expect(grown('freehold_hook_calls{plugin="site",hook="app.created"}')).toBeGreaterThan(0);
  expect(grown('freehold_operations_finished_total{kind="create",state="succeeded"}')).toBe(1);
  expect(after.get('freehold_nodes_unreachable')).toBe(0);
  expect(after.get('process_resident_memory_bytes')).toBeGreaterThan(0);
});

test('addresses that callers make up do not become metrics', async () => {
  const { admin } = await startReadyServer();
  for (let index = 0; index < 20; index++) await admin('GET', `/v1/made-up-${index}`);
  const { body: text } = await admin('GET', '/metrics');
  expect(text).not.toContain('made-up');
  expect(text).toMatch(/route="none",status="4xx"\} \d+$/m);
});
