import type { TextStatement } from '../../store/text-rows.ts';
import type { Scope } from '../../tenants/scope.ts';
import type { AppFilter } from '../app.service.ts';

/** One page of apps, as it is asked for. */
export interface AppPageQuery {
  readonly scope: Scope;
  readonly filter: AppFilter;
  /** Id after which the page begins. */
  readonly before: string | undefined;
  /** Rows at the most. */
  readonly rows: number;
}

/**
 * Apps with what their nodes reported, the newest first, in one statement. The page is cut before anything is joined to it, so a page costs
 * the same however many apps there are, and what is joined is looked up row by row, never by reading a table. The number of rows is part of the text: for a parameter the database would plan as if most of
 * the table were wanted.
 */
export function buildAppQuery({ scope, filter, before, rows }: AppPageQuery): TextStatement {
  const values: TextStatement['values'][number][] = [];
  const place: Place = (value) => `$${values.push(value)}`;
  const conditions = [
    ...describeFilter(filter, place),
    ...describeScope(scope, place),
    ...(before === undefined ? [] : [`a.id < ${place(before)}`]),
  ];
  const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
  const text = `select a.id, a.tenant, a.type, a.name, a.node, a.spec, a.spec_version, a.generation, a.lifecycle, a.suspended,
      a.release, a.links, a.created_at, a.updated_at, a.removed_at, a.purge_after, r.observed_generation, r.conditions,
      n.name, n.last_seen_at, n.reachable_since, n.created_at
    from (select * from kernel.app a ${where} order by a.id desc limit ${Math.trunc(rows)}) a
    left join lateral (
      select node, observed_generation, conditions from kernel.reconciliation where app = a.id limit 1
    ) r on true
    left join lateral (
      select name, last_seen_at, reachable_since, created_at from kernel.node where id = r.node limit 1
    ) n on true
    order by a.id desc`;
  return { text, values };
}

type Place = (value: TextStatement['values'][number]) => string;

function describeFilter({ search, ...exact }: AppFilter, place: Place): string[] {
  const conditions = Object.entries(exact)
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => `a.${column} = ${place(value)}`);
  return search === undefined ? conditions : [...conditions, describeSearch(search, place)];
}

/** By the beginning of the name, or of a host name: what an index can find. */
function describeSearch(search: string, place: Place): string {
  const pattern = place(`${search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`);
  return `a.id in (select id from kernel.app where name like ${pattern} union select app from kernel.domain where name like ${pattern})`;
}

function describeScope(scope: Scope, place: Place): string[] {
  if (scope.kind === 'all') return [];
  const { kind, tenants, apps } = scope;
  const [only, ...others] = tenants;
  // For a single tenant its index has the apps in the order of the list.
  const ofTenants =
    kind === 'below'
      ? `a.tenant in (select id from kernel.tenant where path && ${place(tenants)}::text[])`
      : only !== undefined && others.length === 0
        ? `a.tenant = ${place(only)}`
        : `a.tenant = any(${place(tenants)}::text[])`;
  return [apps.length > 0 ? `(${ofTenants} or a.id = any(${place(apps)}::text[]))` : ofTenants];
}
