import pg from 'pg';
import { expect, test } from 'vitest';
import { startReadyServer, type TestServer } from '../testing/test-server.ts';
import { inline, preparedText } from './text-rows.ts';

/** Thousands of rows of everything. */
const fill = `
  insert into kernel.tenant (id, kind, name, slug, parent, path, created_at)
    select 'tnt_' || lpad(n::text, 20, '0'), 'customer', 'T', 't' || n, h.id, array[h.id, 'tnt_' || lpad(n::text, 20, '0')], now()
    from generate_series(1, 3000) n, kernel.tenant h where h.kind = 'hoster';
  insert into kernel.membership (account, tenant, role)
    select 'acc_' || lpad(n::text, 20, '0'), 'tnt_' || lpad((n % 3000 + 1)::text, 20, '0'), 'customer' from generate_series(1, 3000) n;
  insert into kernel.invitation (id, tenant, email, role, hash, invited_by, created_at, expires_at)
    select 'inv_' || lpad(n::text, 20, '0'), 'tnt_' || lpad((n % 3000 + 1)::text, 20, '0'), 'p', 'customer', decode(md5(n::text), 'hex'), '{"kind":"account","id":"a","name":"n"}', now(), now() from generate_series(1, 3000) n;
  insert into kernel.api_token (id, name, hash, tenant, role, created_at)
    select 'tok_' || lpad(n::text, 20, '0'), 'x', decode(md5(n::text), 'hex'), 'tnt_' || lpad((n % 3000 + 1)::text, 20, '0'), 'customer', now() from generate_series(1, 3000) n;
  insert into kernel.account (id, email, name, created_at)
    select 'acc_' || lpad(n::text, 20, '0'), 'user-' || n || '@freehold.test', 'U', now() from generate_series(1, 3000) n;
  insert into kernel.node (id, name, created_at) select 'nod_' || lpad(n::text, 20, '0'), 'n' || n, now() from generate_series(1, 3000) n;
  insert into kernel.node_plugin (node, plugin, version, capabilities, enabled_at)
    select 'nod_' || lpad((n % 3000 + 1)::text, 20, '0'), 'p' || n / 3000, '1', '{}', now() from generate_series(0, 8999) n;
  insert into kernel.app (id, tenant, type, name, node, spec, spec_version, created_at, updated_at, lifecycle)
    select 'app_' || lpad(n::text, 20, '0'), 'tnt_' || lpad((n % 3000 + 1)::text, 20, '0'), case when n % 50 = 0 then 'rare' else 'site' end, 'a' || n,
      'nod_' || lpad((n % 3000 + 1)::text, 20, '0'), '{}', 1, now(), now(), case when n % 40 = 0 then 'removed' else 'present' end from generate_series(1, 4000) n;
  insert into kernel.reconciliation (node, owner, app, revision, handled_revision) select node, 'app:' || id, id, 1, 1 from kernel.app;
  insert into kernel.upload (sha256, format, bytes, unpacked_bytes, entries, created_at) select md5(n::text) || md5(n::text), 'tar', 1, 1, 1, now() from generate_series(1, 3000) n;
  insert into kernel.release (app, number, upload, created_at, actor) select 'app_' || lpad(n::text, 20, '0'), 1, md5(n::text) || md5(n::text), now(), '{}' from generate_series(1, 3000) n;
  insert into kernel.domain (name, reversed, tenant, app, created_at) select 'd' || n || '.test', 'test.d' || n || '.', tenant, id, now() from kernel.app, lateral (select substr(id, 5)::int as n) x;
  insert into kernel.operation (id, kind, state, owner, node, app, tenant, actor, created_at)
    select 'opr_' || lpad(n::text, 20, '0'), 'change', case when n % 100 = 0 then 'failed' when n % 500 = 1 then 'pending' else 'succeeded' end, 'app:' || a.id, a.node, a.id, a.tenant, '{"kind":"account","id":"a","name":"n"}', now()
    from generate_series(1, 8000) n join kernel.app a on a.id = 'app_' || lpad((n % 4000 + 1)::text, 20, '0');
  insert into kernel.operation_log (operation, number, at, level, message) select 'opr_' || lpad(n::text, 20, '0'), m, now(), 'info', 'x' from generate_series(1, 2000) n, generate_series(1, 3) m;
  insert into kernel.event (type, tenant, app, operation, data, at)
    select case when n % 50 = 0 then 'app.created' else 'operation.finished' end, o.tenant, o.app, o.id, '{}', now() from generate_series(1, 8000) n join kernel.operation o on o.id = 'opr_' || lpad(n::text, 20, '0');
  insert into kernel.audit_entry (id, at, actor, action, subject, tenant)
    select 'aud_' || lpad(n::text, 20, '0'), now(), '{"kind":"account","id":"a","name":"n"}', 'app.change', 'app_' || lpad((n % 4000 + 1)::text, 20, '0'), 'tnt_' || lpad((n % 3000 + 1)::text, 20, '0') from generate_series(1, 8000) n;
  insert into kernel.webhook (id, tenant, url, description, types, secret, active, created_at, updated_at)
    select 'whk_' || lpad(n::text, 20, '0'), 'tnt_' || lpad((n % 3000 + 1)::text, 20, '0'), 'https://example.test/', '', '{}', '', true, now(), now() from generate_series(1, 3000) n;
  insert into kernel.webhook_delivery (id, webhook, tenant, type, body, state, attempts, created_at)
    select 'dlv_' || lpad(n::text, 20, '0'), w.id, w.tenant, 'app.created', '{}', case when n % 50 = 0 then 'failed' else 'delivered' end, 1, now()
    from generate_series(1, 8000) n join kernel.webhook w on w.id = 'whk_' || lpad((n % 3000 + 1)::text, 20, '0');
  insert into kernel.mail (id, template, recipient, language, subject, state, created_at)
    select 'mai_' || lpad(n::text, 20, '0'), case when n % 90 = 0 then 'invitation' else 'test' end, 'p' || n || '@freehold.test', 'en', 'x',
      case when n % 100 = 0 then 'failed' else 'sent' end, now() from generate_series(1, 8000) n;
  insert into kernel.package (id, tenant, name, visibility, revision, created_at)
    select 'pkg_' || lpad(n::text, 20, '0'), 'tnt_' || lpad((n % 3000 + 1)::text, 20, '0'), 'p' || n, 'public', 1, now() from generate_series(1, 3000) n;
  insert into kernel.package_revision (package, number, limits, features, actor, created_at) select id, 1, '{}', '{}', '{}', now() from kernel.package;
  insert into kernel.package_assignment (tenant, package, revision, assigned_at)
    select 'tnt_' || lpad((n % 3000 + 1)::text, 20, '0'), 'pkg_' || lpad(n::text, 20, '0'), 1, now() from generate_series(1, 3000) n;
  insert into kernel.app_use (app, tenant, kind, subject, amount) select id, tenant, 'limit', 'apps', 1 from kernel.app;
  insert into kernel.app_measure (app, tenant, subject, amount, at) select id, tenant, 'disk', 1, now() from kernel.app;
  insert into kernel.usage_counter (tenant, subject, amount) select id, s, 1 from kernel.tenant, unnest(array['apps', 'disk']) s;
  insert into kernel.usage_point (owner, subject, step, at, amount) select id, 'disk', 'hour', now() - make_interval(hours => n), 1 from kernel.tenant, generate_series(1, 5) n;
  insert into kernel.setting select 'k' || n, '1' from generate_series(1, 3) n;
`;

const lists = [
  '/v1/tenants',
  '/v1/tenants?kind=reseller',
  '/v1/tenants?lifecycle=removed',
  '/v1/tenants?parent={tenant}',
  '/v1/tenants?search=t77',
  '/v1/tenants/{tenant}/members',
  '/v1/tenants/{tenant}/invitations',
  '/v1/tenants/{tenant}/tokens',
  '/v1/packages',
  '/v1/packages?tenant={tenant}',
  '/v1/tenants/{tenant}/packages',
  '/v1/tenants/{tenant}/usage',
  '/v1/tenants/{tenant}/usage/disk',
  '/v1/apps/{app}/usage',
  '/v1/apps',
  '/v1/apps?tenant={tenant}',
  '/v1/apps?type=rare',
  '/v1/apps?node={node}',
  '/v1/apps?lifecycle=removed',
  '/v1/apps?name=a77',
  '/v1/apps?cursor={cursor}',
  '/v1/apps?search=a77',
  '/v1/apps?search=d77',
  '/v1/webhooks',
  '/v1/accounts',
  '/v1/accounts?search=user-77',
  '/v1/webhooks?tenant={tenant}',
  '/v1/webhooks/{webhook}/deliveries',
  '/v1/webhooks/{webhook}/deliveries?state=failed',
  '/v1/apps/{app}/operations',
  '/v1/apps/{app}/releases',
  '/v1/nodes',
  '/v1/operations',
  '/v1/operations?app={app}',
  '/v1/operations?node={node}',
  '/v1/operations?state=failed',
  '/v1/operations?state=pending',
  '/v1/operations/{operation}/log',
  '/v1/events',
  '/v1/events?app={app}',
  '/v1/events?operation={operation}',
  '/v1/audit',
  '/v1/audit?tenant={tenant}',
  '/v1/audit?subject={app}',
  '/v1/audit?actor={account}',
  '/v1/audit?action=app.change',
  '/v1/audit?action=app.*',
  '/v1/audit?request=r77',
  '/v1/audit?address=192.0.2.77',
  '/v1/audit?since=2026-01-01&until=2100-01-01',
  '/v1/mail',
  '/v1/mail?state=failed',
  '/v1/mail?template=invitation',
  '/v1/mail?to=P77@freehold.test',
];
const values: Record<string, string> = {
  tenant: `tnt_${'77'.padStart(20, '0')}`,
  app: `app_${'76'.padStart(20, '0')}`,
  node: `nod_${'77'.padStart(20, '0')}`,
  webhook: `whk_${'76'.padStart(20, '0')}`,
  account: 'acc_77',
  operation: `opr_${'75'.padStart(20, '0')}`,
  cursor: Buffer.from(`app_${'2000'.padStart(20, '0')}`).toString('base64url'),
};
const fillIn = (url: string) => url.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');

/** Tables that are small however large the installation is. */
const SMALL = /^(?:setting|plugin|plan_request|log_request|pg_database|pg_authid)$/;
/** Finding out who asks happens once for each request, and is no part of the list. */
const AUTHENTICATION = /"kernel"\."(?:api_token|account|membership)" as "\w+" where "\w+"\."(?:hash|account|id)"/;

/** What the database is asked while something runs. */
async function record(run: () => Promise<unknown>): Promise<string[]> {
  const asked: string[] = [];
  const { query } = pg.Client.prototype;
  pg.Client.prototype.query = function (this: pg.Client, ...parameters: never[]) {
    const [first] = parameters as unknown as [string | { text?: string; values?: unknown[] }];
    const { text = '', values = [] } = typeof first === 'string' ? { text: first } : first;
    if (/^\s*select/i.test(text)) asked.push(withoutPrepared(inline({ text, values })));
    return (query as (...all: never[]) => unknown).apply(this, parameters);
  } as never;
  await run().finally(() => {
    pg.Client.prototype.query = query;
  });
  // An empty one waits for what was told before it, whoever asked.
  return asked.filter((text) => !AUTHENTICATION.test(text) && text !== 'select');
}

/** What is run by its name, as the statement that it is. */
function withoutPrepared(text: string): string {
  return text.replace(/execute (\w+)(?:\((.*)\))?$/s, (_, name: string, list = '') => {
    const values: string[] = list.match(/'(?:[^']|'')*'|array\[.*?\]::text\[\]/g) ?? [];
    return (preparedText(name) ?? '').replace(/\$(\d+)/g, (_, number: string) => values[Number(number) - 1] ?? '');
  });
}

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

async function findSequentialScans({ store }: TestServer, text: string): Promise<string[]> {
  // What is asked for an actor has the scope in front of it, and is explained with its policies.
  const asked = await store.pool.query(text.replace(/^(?:select set_config[^;]*;)?\s*/, '$&explain (format json) '));
  const { rows } = [asked].flat().at(-1) as { rows: { 'QUERY PLAN': [{ Plan: Plan }] }[] };
  const walk = (plan: Plan): string[] => {
    const here =
      plan['Node Type'] === 'Seq Scan' && !SMALL.test(plan['Relation Name'] ?? '') ? [plan['Relation Name'] ?? ''] : [];
    return [...here, ...(plan.Plans ?? []).flatMap(walk)];
  };
  return rows.flatMap((row) => walk(row['QUERY PLAN'][0].Plan));
}

test('no list reads a whole table, and none asks the database more than twice', async () => {
  const run = await startReadyServer();
  await run.store.pool.query(fill);
  await run.store.pool.query('vacuum analyze');
  const customer = await run.newTenant('Ada');
  const reseller = await run.newTenant('Reseller', { kind: 'reseller' });
  const found: string[] = [];
  for (const url of lists.map(fillIn))
    for (const [who, caller] of [
      ['admin', run.admin],
      ['customer', customer.caller],
      ['reseller', reseller.caller],
    ] as const) {
      const asked = await record(() => caller('GET', url, undefined, { accept: 'application/json' }));
      // What belongs to an app, a tenant or an operation is found after it.
      const most = /\/v1\/(?:apps|tenants|operations|webhooks)\/\w+\//.test(url) ? 4 : 2;
      if (asked.length > most) found.push(`${who} ${url} asks ${asked.length} times:\n  ${asked.join('\n  ')}`);
      for (const text of asked)
        for (const table of await findSequentialScans(run, text))
          found.push(`${who} ${url} reads all of ${table}: ${text}`);
    }
  expect(found).toEqual([]);
}, 60_000);

test('neither does an exchange with a node that has nothing to do', async () => {
  const run = await startReadyServer();
  await run.store.pool.query(fill);
  await run.store.pool.query('vacuum analyze');
  const asked = await record(() => run.node.work());
  const scans = await Promise.all(
    asked.map(async (text) => (await findSequentialScans(run, text)).map((table) => `${table}: ${text}`)),
  );
  expect(scans.flat()).toEqual([]);
  expect(asked.length).toBeLessThan(20);
}, 60_000);
