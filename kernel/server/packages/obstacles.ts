import type { PackageFeatures, PackageLimits } from '../store/entities/index.ts';
import type { TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';
import { loadCounters, monthOf } from '../usage/counters.ts';
import { amountOf, type Entitlement, includedOf, includes } from './entitlement.ts';
import type { EntitlementCatalogue, KnownFeature, KnownLimit } from './entitlement-catalogue.ts';
import { findExcess } from './package-contents.ts';
import { renderAmount } from './render-amount.ts';

/** Something that is used and would not be included any more. */
export interface Obstacle {
  readonly kind: 'limit' | 'feature' | 'package';
  /** Id of the limit, the feature or the package. */
  readonly subject: string;
  readonly message: string;
  readonly used?: number;
  readonly limit?: number;
  /** The apps it is about, those that take most first. */
  readonly apps: readonly { readonly id: string; readonly name: string; readonly amount: number }[];
}

export interface Question {
  readonly tenant: TenantId;
  readonly entitlement: Entitlement;
  readonly now: Date;
}

/** Apps that are named at the most. */
const MOST = 10;

/** What of that which a tenant, and all below it, use does not fit an entitlement. */
export async function findObstacles(
  reader: Transaction,
  question: Question,
  catalogue: EntitlementCatalogue,
): Promise<Obstacle[]> {
  if (question.entitlement === 'everything') return [];
  const limits = await Promise.all(catalogue.limits().map((limit) => findTooMuch(reader, question, limit)));
  const features = await Promise.all(catalogue.features().map((feature) => findMissing(reader, question, feature)));
  return [...limits.flat(), ...features.flat(), ...(await findSold(reader, question, catalogue))];
}

async function findTooMuch(
  reader: Transaction,
  { tenant, entitlement, now }: Question,
  limit: KnownLimit,
): Promise<Obstacle[]> {
  const most = amountOf(limit, entitlement);
  if (most === null) return [];
  const { id: subject, kind, title, unit } = limit;
  const period = limit.period ? monthOf(now) : '';
  if (kind === 'each') {
    const apps = await findApps(reader, { tenant, subject, table: 'app_use', more: most, period });
    const message = `${title}: ${renderAmount(most, unit)} for each app at the most.`;
    return apps.length === 0 ? [] : [{ kind: 'limit', subject, message, limit: most, used: apps[0]?.amount, apps }];
  }
  const counters = await loadCounters(reader, [tenant], [period]);
  const used = counters.find((one) => one.subject === subject)?.amount ?? 0;
  if (used <= most) return [];
  const table = kind === 'measured' ? 'app_measure' : 'app_use';
  const apps = await findApps(reader, { tenant, subject, table, more: 0, period });
  const message = `${title}: ${renderAmount(used, unit)} are used, ${renderAmount(most, unit)} would be included.`;
  return [{ kind: 'limit', subject, message, used, limit: most, apps }];
}

async function findMissing(
  reader: Transaction,
  { tenant, entitlement }: Question,
  feature: KnownFeature,
): Promise<Obstacle[]> {
  const included = includedOf(feature, entitlement);
  if (included === null || included === true) return [];
  const rows = await reader.execute<{ key: string; id: string; name: string }[]>(
    `select u.key, a.id, a.name from kernel.app_use u join kernel.app a on a.id = u.app join kernel.tenant t on t.id = u.tenant
     where u.subject = ? and u.kind = 'feature' and t.path @> array[?]::text[] order by u.key, a.id limit 1000`,
    [feature.id, tenant],
  );
  const missing = Map.groupBy(rows, ({ key }) => key);
  return [...missing].flatMap(([value, apps]): Obstacle[] => {
    if (includes(included, value === '' ? undefined : value)) return [];
    const message = `${feature.title}${value && `: ${value}`} is used and would not be included.`;
    const named = apps.slice(0, MOST).map(({ id, name }) => ({ id, name, amount: 1 }));
    return [{ kind: 'feature', subject: feature.id, message, used: apps.length, apps: named }];
  });
}

/** Packages that the tenant itself sells, and that would give more than it has. */
async function findSold(
  reader: Transaction,
  { tenant, entitlement }: Question,
  catalogue: EntitlementCatalogue,
): Promise<Obstacle[]> {
  const rows = await reader.execute<{ id: string; name: string; limits: PackageLimits; features: PackageFeatures }[]>(
    `select p.id, p.name, r.limits, r.features from kernel.package p
     join kernel.package_revision r on r.package = p.id and r.number = p.revision
     where p.tenant = ? and p.archived_at is null order by p.id limit 200`,
    [tenant],
  );
  return rows.flatMap(({ id, name, ...contents }): Obstacle[] => {
    const excess = findExcess(contents, entitlement, catalogue);
    return excess.length === 0
      ? []
      : [{ kind: 'package', subject: id, message: `The package ${name} that it sells: ${excess.join(' ')}`, apps: [] }];
  });
}

interface Wanted {
  readonly tenant: TenantId;
  readonly subject: string;
  readonly table: 'app_use' | 'app_measure';
  /** Those that take more than this. */
  readonly more: number;
  readonly period: string;
}

async function findApps(reader: Transaction, { tenant, subject, table, more, period }: Wanted) {
  const inPeriod = table === 'app_measure' ? 'and u.period = ?' : '';
  const rows = await reader.execute<{ id: string; name: string; amount: string }[]>(
    `select a.id, a.name, sum(u.amount) as amount from kernel.${table} u
     join kernel.app a on a.id = u.app join kernel.tenant t on t.id = u.tenant
     where u.subject = ? and t.path @> array[?]::text[] ${inPeriod}
     group by a.id, a.name having sum(u.amount) > ? order by sum(u.amount) desc, a.id limit ${MOST}`,
    [subject, tenant, ...(table === 'app_measure' ? [period] : []), more],
  );
  return rows.map(({ id, name, amount }) => ({ id, name, amount: Number(amount) }));
}
