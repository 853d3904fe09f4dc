import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { takeDatabase } from '../../kernel/testing/database.ts';
import { type Program, startProgram } from './program.ts';

export interface Installation extends AsyncDisposable {
  readonly server: Program;
  readonly floor: Program;
  readonly pool: Pool;
  /** Of the administrator, who sees everything. */
  readonly token: string;
  readonly admin: { readonly email: string; readonly password: string };
}

/** A server as it is in production, and the floor, on the same PostgreSQL. Nobody is counted so strictly that it would show. */
export async function startInstallation(): Promise<Installation> {
  const home = await mkdtemp(join(tmpdir(), 'freehold-bench-'));
  const database = await takeDatabase();
  const token = `fh_${randomBytes(20).toString('hex')}`;
  const admin = { email: 'admin@bench.test', password: randomBytes(12).toString('hex') };
  const environment = { FREEHOLD_HOME: home, FREEHOLD_PORT: '0', DATABASE_URL: database.url };
  await mkdir(join(home, 'server'));
  await writeFile(join(home, 'server/bootstrap.json'), JSON.stringify({ admin: { ...admin, token } }));
  const { pool } = database.store;
  const limit = { requests: 10_000_000, seconds: 60 };
  await pool.query(`insert into kernel.setting (key, value) values ('rateLimits', $1)`, [
    JSON.stringify({ address: limit, account: limit, credentials: limit }),
  ]);
  const logFile = join(home, 'server.log');
  const server = await startProgram('kernel/server/main.ts', { environment, logFile });
  const floor = await startProgram('bench/api/floor.ts', { environment, logFile });
  return {
    ...{ server, floor, pool, token, admin },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await floor[Symbol.asyncDispose]();
      await database.release();
      await rm(home, { recursive: true, force: true });
    },
  };
}
