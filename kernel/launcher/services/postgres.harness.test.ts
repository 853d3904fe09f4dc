import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Home, homeAt } from '../home.ts';
import type { Installation } from '../installation.ts';
import { makePostgres } from './postgres.ts';

let home: Home;
beforeEach(async () => {
  home = homeAt(await mkdtemp(join(tmpdir(), 'freehold-')));
  await chmod(home.path, 0o711);
  for (const folder of [home.logs, home.postgres]) await mkdir(folder, { mode: 0o711 });
});
afterEach(() => rm(home.path, { recursive: true, force: true, maxRetries: 5 }));

test('a database that is killed comes back; what its last processes say of it is written down', async () => {
  const account = process.getuid?.() === 0 ? { name: 'nobody', uid: 65_534, gid: 65_534 } : undefined;
  const program = join(import.meta.dirname, '../../..');
  const postgres = makePostgres({ home, program, account } as Installation);
  const first = await postgres.start();
  const client = new Client({ connectionString: postgres.url() });
  client.on('error', () => {});
  await client.connect();
  first.kill('SIGKILL');
  await first.exited;
  await expect.poll(() => readFile(join(home.logs, 'postgres.log'), 'utf8')).toContain('unexpected postmaster exit');
  const second = await postgres.start();
  expect(second.pid).not.toBe(first.pid);
  await postgres.stop(second, new AbortController().signal);
});
