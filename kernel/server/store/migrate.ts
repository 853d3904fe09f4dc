import type { Pool } from 'pg';
import { DatabaseNewerError } from './database-newer-error.ts';
import type { Orm } from './orm.ts';

/** In order. A migration that was released is never changed. */
const migrations = [
  { name: '0001-kernel', load: async () => (await import('./migrations/0001-kernel.ts')).Kernel0001 },
  {
    name: '0002-plugin-digest',
    load: async () => (await import('./migrations/0002-plugin-digest.ts')).PluginDigest0002,
  },
  { name: '0003-accounts', load: async () => (await import('./migrations/0003-accounts.ts')).Accounts0003 },
  { name: '0004-access', load: async () => (await import('./migrations/0004-access.ts')).Access0004 },
  { name: '0005-packages', load: async () => (await import('./migrations/0005-packages.ts')).Packages0005 },
  { name: '0006-edge', load: async () => (await import('./migrations/0006-edge.ts')).Edge0006 },
  {
    name: '0007-mail-and-audit',
    load: async () => (await import('./migrations/0007-mail-and-audit.ts')).MailAndAudit0007,
  },
];

const TABLE = 'freehold_migration';
/** Any number that nothing else in the database locks. */
const LOCK = 5_117_309_384;

/** One server migrates; others that start meanwhile wait for it. @throws DatabaseNewerError */
export async function migrate(orm: Orm, pool: Pool): Promise<void> {
  if (!(await isBehind(pool))) return;
  const lock = await pool.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [LOCK]);
    await runMigrations(orm);
  } finally {
    await lock.query('select pg_advisory_unlock($1)', [LOCK]);
    lock.release();
  }
}

/** Most starts find nothing to do, and then the migrator need not even be loaded. */
async function isBehind(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query(`select to_regclass('public.${TABLE}') is not null as found`);
  if (!rows[0].found) return true;
  const done = await pool.query<{ name: string }>(`select name from public.${TABLE} order by name`);
  const names = done.rows.map(({ name }) => name);
  assertKnown(names);
  return migrations.some(({ name }) => !names.includes(name));
}

/** What an older program would write, a newer one may read as something else. */
function assertKnown(done: readonly string[]): void {
  const unknown = done.filter((name) => !migrations.some((known) => known.name === name));
  if (unknown.length > 0) throw new DatabaseNewerError({ unknown, newest: migrations.at(-1)?.name ?? '' });
}

async function runMigrations(orm: Orm): Promise<void> {
  const { Migrator } = await import('@mikro-orm/migrations');
  const migrationsList = await Promise.all(migrations.map(async ({ name, load }) => ({ name, class: await load() })));
  orm.config.set('migrations', {
    ...orm.config.get('migrations'),
    tableName: `public.${TABLE}`,
    migrationsList,
    snapshot: false,
    silent: true,
  });
  await new Migrator(orm.em.fork()).up();
}
