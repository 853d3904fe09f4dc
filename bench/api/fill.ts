import type { Pool } from 'pg';

/** Most of them belong to one customer, as a list that is long for somebody has to. */
const statements = (count: number): string[] => [
  `insert into kernel.tenant (id, kind, name, slug, parent, path, created_at)
   select '${CUSTOMER}', 'customer', 'Large', 'large', id, array[id, '${CUSTOMER}'], now() from kernel.tenant where kind = 'hoster'
   on conflict do nothing`,
  `insert into kernel.node (id, name, created_at) values ('${NODE}', 'bench', now()) on conflict do nothing`,
  `insert into kernel.app (id, tenant, type, name, node, spec, spec_version, created_at, updated_at, links)
   select 'app_' || lpad(n::text, 20, '0'), '${CUSTOMER}', 'php-site', 'site-' || n, '${NODE}',
     jsonb_build_object('hostnames', jsonb_build_array('site-' || n || '.example.test', 'www.site-' || n || '.example.test'),
       'phpVersion', '8.4', 'phpSettings', jsonb_build_object('memory_limit', '128M'), 'root', 'public'),
     1, now(), now(), jsonb_build_array(jsonb_build_object('title', 'Website', 'url', 'https://site-' || n || '.example.test/'))
   from generate_series((select count(*) from kernel.app) + 1, ${count}) n`,
  `insert into kernel.reconciliation (node, owner, app, revision, handled_revision, observed_generation, conditions)
   select a.node, 'app:' || a.id, a.id, 1, 1, 1, jsonb_build_array(
     jsonb_build_object('type', 'Ready', 'status', 'True', 'reason', 'InSync', 'message', 'As wanted.', 'lastTransitionAt', now()),
     jsonb_build_object('type', 'Drifted', 'status', 'False', 'reason', 'AsWritten', 'message', 'Nothing was changed by hand.', 'lastTransitionAt', now()))
   from kernel.app a where not exists (select from kernel.reconciliation r where r.app = a.id)`,
  'vacuum analyze kernel.app',
  'vacuum analyze kernel.reconciliation',
];

export const CUSTOMER = `tnt_${'bench'.padStart(20, '0')}`;
const NODE = `nod_${'bench'.padStart(20, '0')}`;

/** Adds apps until there are so many. */
export async function fill(pool: Pool, count: number): Promise<void> {
  for (const statement of statements(count)) await pool.query(statement);
}
