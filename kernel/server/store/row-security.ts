import type { Pool } from 'pg';
import { RoleNotAllowedError } from './role-not-allowed-error.ts';
import type { Transaction } from './store.ts';

/**
 * The second wall between tenants. What is done for an actor is done in the database as a role that owns nothing, and for which every
 * table with something of tenants has a policy. The role may do nothing with the tables that are not named here.
 */
export interface RowScope {
  /** Whose things are seen. */
  readonly tenants: readonly string[];
  /** Whether also those of the tenants below. */
  readonly below: boolean;
  /** Single apps that are seen besides. */
  readonly apps: readonly string[];
  /** Tenants that are seen themselves, and nothing of theirs. */
  readonly known: readonly string[];
}

/** The role stands beside the one that the server signs in as, so that two installations in one PostgreSQL do not share it. */
const ROLE = `left(session_user, 55) || '_scoped'`;

/** What a member of a role may do before and since PostgreSQL 16. */
const MAY_BECOME = `case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end`;

/** Ends with the transaction. In front of a statement in the same message it costs no trip to the database. */
export function renderScope({ tenants, below, apps, known }: RowScope): string {
  const settings = [
    ['freehold.tenants', quoteList(tenants)],
    ['freehold.below', `'${below ? 'on' : 'off'}'`],
    ['freehold.apps', quoteList(apps)],
    ['freehold.known', quoteList(known)],
    ['role', ROLE],
  ];
  return `select ${settings.map(([name, value]) => `set_config('${name}', ${value}, true)`).join(', ')}`;
}

/** For the little that whoever acts for a tenant must know of all others: whether a name is free. */
export async function beyondScope<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
  const [before] = await tx.execute<{ role: string }[]>(`select current_setting('role') as role`);
  if (!before || before.role === 'none') return work();
  const become = (role: string) => tx.execute(`select set_config('role', ?, true)`, [role]);
  await tx.flush();
  await become('none');
  const result = await work();
  await become(before.role);
  return result;
}

/** Ids are all that ever stands in them. */
function quoteList(ids: readonly string[]): string {
  const strange = ids.find((id) => !/^[a-z0-9_]{1,60}$/.test(id));
  if (strange !== undefined) throw new Error(`${JSON.stringify(strange)} is no id`);
  return `'{${ids.join(',')}}'`;
}

/** Tables without a tenant that whoever acts for a tenant may use. */
const SHARED: Readonly<Record<string, string>> = {
  // Not the hashes of their keys.
  node: 'select (id, name, last_seen_at, reachable_since, created_at)',
  setting: 'select',
  upload: 'select, insert, update',
};

/** Tables whose rows belong to something that belongs to a tenant: whoever sees the one sees the other. */
const PARTS: Readonly<Record<string, string>> = {
  reconciliation: 'exists (select from kernel.app a where a.id = app)',
  release: 'exists (select from kernel.app a where a.id = app)',
  operation_log: 'exists (select from kernel.operation o where o.id = operation)',
};

const BELOW = (column: string) =>
  `(select kernel.scope_below()) and exists (select from kernel.tenant t where t.id = ${column} and t.path && (select kernel.scope_tenants()))`;
const OF_TENANT = `tenant = any ((select kernel.scope_tenants())::text[]) or (${BELOW('tenant')})`;
const ONE_APP = (column: string) => `${column} = any ((select kernel.scope_apps())::text[])`;
const TENANT_ITSELF = `id = any ((select kernel.scope_tenants())::text[]) or id = any ((select kernel.scope_known())::text[])
  or id = any ((select kernel.scope_app_tenants())::text[])
  or ((select kernel.scope_below()) and path && (select kernel.scope_tenants()))`;

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly secured: boolean;
  readonly granted: boolean;
}

/**
 * Makes what is missing of role, rights and policies, also for tables that a migration has just made. Most starts find nothing to do.
 * @throws RoleNotAllowedError
 */
export async function protectRows(pool: Pool): Promise<void> {
  await ensureRole(pool);
  const { rows } = await pool.query<Table>(
    `select c.relname as name, c.relrowsecurity as secured, has_any_column_privilege(${ROLE}, c.oid, 'select') as granted,
       array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped) as columns
     from pg_class c where c.relnamespace = 'kernel'::regnamespace and c.relkind in ('r', 'p') order by 1`,
  );
  const statements = rows.flatMap((table) => [...protect(table), ...share(table)]);
  if (statements.length > 0) await runAll(pool, statements);
  await openQueue(pool);
}

/** Whoever acts for a tenant may add jobs, and see none. The tables of the queue come with its first start. */
export async function openQueue(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ signature: string }>(
    `select p.oid::regprocedure::text as signature from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = 'graphile_worker' and p.proname in ('add_job', 'add_jobs')
       and not (p.prosecdef and has_schema_privilege(${ROLE}, n.oid, 'usage'))`,
  );
  if (rows.length === 0) return;
  await runAll(pool, [
    ...rows.map(
      ({ signature }) => `alter function ${signature} security definer set search_path = pg_catalog, pg_temp`,
    ),
    `grant usage on schema graphile_worker to @role`,
  ]);
}

function protect({ name, columns, secured, granted }: Table): string[] {
  const condition = conditionFor(name, columns);
  if (condition === undefined || (secured && granted)) return [];
  const table = `kernel."${name}"`;
  return [
    `alter table ${table} enable row level security`,
    `drop policy if exists of_tenant on ${table}`,
    `create policy of_tenant on ${table} for all to @role using (${condition}) with check (${condition})`,
    `grant select, insert, update, delete on ${table} to @role`,
  ];
}

function share({ name, granted }: Table): string[] {
  const rights = SHARED[name];
  return rights === undefined || granted ? [] : [`grant ${rights} on kernel."${name}" to @role`];
}

function conditionFor(name: string, columns: readonly string[]): string | undefined {
  if (name === 'tenant') return TENANT_ITSELF;
  if (PARTS[name] !== undefined) return PARTS[name];
  if (!columns.includes('tenant')) return undefined;
  if (name === 'app') return `${OF_TENANT} or ${ONE_APP('id')}`;
  return columns.includes('app') ? `${OF_TENANT} or ${ONE_APP('app')}` : OF_TENANT;
}

async function ensureRole(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ role: string; owner: string; ready: boolean }>(
    `select ${ROLE} as role, session_user::text as owner,
       coalesce((select pg_has_role(session_user, r.oid, ${MAY_BECOME}) and has_schema_privilege(r.oid, 'kernel', 'usage')
                 from pg_roles r where rolname = ${ROLE}), false) as ready`,
  );
  const [found] = rows;
  if (!found || found.ready) return;
  try {
    await runAll(pool, [
      `do $$ begin
         if not exists (select from pg_roles where rolname = ${ROLE}) then create role @role nologin; end if;
       exception when duplicate_object or unique_violation then null; end $$`,
      `do $$ begin if not pg_has_role(session_user, ${ROLE}, ${MAY_BECOME}) then grant @role to session_user; end if; end $$`,
      `grant usage on schema kernel to @role`,
    ]);
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
    throw new RoleNotAllowedError(found, error);
  }
}

/** In one transaction; of several servers that start at once one does it, and the others find it done. */
async function runAll(pool: Pool, statements: readonly string[]): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query(`select quote_ident(${ROLE}) as role`);
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(hashtextextended('freehold row security', 0))`);
    for (const statement of statements) await client.query(statement.replaceAll('@role', rows[0].role));
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
