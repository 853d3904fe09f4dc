import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { AuditVerifier } from '../audit/audit-verifier.ts';
import { silentLog } from '../log/logger.ts';
import { createServer, type Server } from '../server.ts';
import { SettingService } from '../settings/setting.service.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { Mailer } from './mailer.ts';
import { startMailSink } from './testing/mail-sink.ts';

/** Another server on the same database, as a second machine of the installation would run it. */
async function startSecond({ server, store, clock }: TestServer): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-second-'));
  const second = await createServer({
    ...{ folder, pluginFolders: [], log: silentLog, database: store, clock, counting: false },
    keyring: server.foundation.keyring,
  });
  onTestFinished(async () => {
    await second.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return second;
}

const until = async (check: () => Promise<boolean>) => {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 10));
};

test('of two servers one sends each mail, once, and both know a new setting and keep one audit log', async () => {
  const run = await startTestServer();
  const second = await startSecond(run);
  await using sink = await startMailSink();
  const mail = { host: '127.0.0.1', port: sink.port, secure: 'none', from: 'panel@freehold.test' };
  await second.get(SettingService).known();
  await run.admin('PATCH', '/v1/settings', { name: 'Both', mail });
  await second.foundation.notifications.flush();
  expect((await second.get(SettingService).known()).name).toBe('Both');

  const servers = [run.server, second];
  await Promise.all(servers.map((server) => server.startJobs()));
  const wanted = Array.from({ length: 40 }, (_, index) => `p${index}@freehold.test`);
  await Promise.all(
    wanted.map((to, index) =>
      run.store.transaction(async (tx) => {
        await (servers[index % 2] as Server).get(Mailer).send(tx, { template: 'test', to, data: {} });
      }),
    ),
  );
  await until(
    async () => (await run.admin('GET', '/v1/mail?state=sent&limit=200')).body.items.length === wanted.length,
  );
  expect(sink.received.flatMap(({ to }) => to).sort()).toEqual([...wanted].sort());
  expect(new Set(sink.received.map(({ mail: { messageId } }) => messageId)).size).toBe(wanted.length);
  for (const server of servers) expect((await server.get(AuditVerifier).verify()).problems).toEqual([]);
});
