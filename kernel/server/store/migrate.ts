import type { Pool } from 'pg';
import type { Orm } from './orm.ts';

/** In order. A migration that was released is never changed. */
const migrations = [
  { name: '0001-kernel', load: async () => (await import('./migrations/0001-kernel.ts')).Kernel0001 },
  {
    name: '0002-plugin-digest',
    load: async () => (await import('./migrations/0002-plugin-digest.ts')).PluginDigest0002,
  },
];

const TABLE = 'freehold_migration';
/** Any number that nothing else in the database locks. */
const LOCK = 5_117_309_384;

/** One server migrates; others that start meanwhile wait for it. */
export async function migrate(orm: Orm, pool: Pool): Promise<void> {
  if ((await findPending(pool)) === 0) return;
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
async function findPending(pool: Pool): Promise<number> {
  const { rows } = await pool.query(`select to_regclass('public.${TABLE}') is not null as found`);
  if (!rows[0].found) return migrations.length;
  const done = await pool.query(`select name from public.${TABLE}`);
  const names = new Set(done.rows.map(({ name }) => name));
  return migrations.filter(({ name }) => !names.has(name)).length;
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
