import type { Actor } from '../accounts/actor.ts';
import type { PackageFeatures, PackageLimits, Visibility } from '../store/entities/index.ts';
import type { PackageId, TenantId } from '../store/ids.ts';
import { decodeCursor, encodeCursor, type Page, type PageRequest } from '../store/page.ts';
import type { Transaction } from '../store/store.ts';
import { scopeOf } from '../tenants/scope.ts';

/** A package with what its newest revision gives. */
export interface PackageDetails {
  readonly id: PackageId;
  readonly tenant: TenantId;
  readonly name: string;
  readonly visibility: Visibility;
  readonly revision: number;
  readonly description: string;
  readonly limits: PackageLimits;
  readonly features: PackageFeatures;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}

export interface PackageFilter {
  readonly id?: string;
  /** Who sells it. */
  readonly tenant?: string;
  readonly visibility?: Visibility;
  readonly archived?: boolean;
  /** A part of the name. */
  readonly search?: string;
}

const SELECTED = `p.id, p.tenant, p.name, p.visibility, p.revision, r.description, r.limits, r.features, p.created_at, p.archived_at`;

/**
 * The ids of packages that limited actors may know of, for their tenants: those that they sell, or that are sold below them; those
 * that they have; and those that whoever provides their hosting shows to tenants like them. The only place that decides it.
 */
const VISIBLE = `
  select id from kernel.package where tenant = any(array[?]::text[])
  union select package from kernel.package_assignment where tenant = any(array[?]::text[])
  union select offered.id from kernel.tenant own join kernel.package offered on offered.tenant = own.parent
    where own.id = any(array[?]::text[]) and offered.archived_at is null
      and (offered.visibility = 'public' or (offered.visibility = 'reseller-only' and own.kind = 'reseller'))`;
const SOLD_BELOW = `
  union select sold.id from kernel.tenant below join kernel.package sold on sold.tenant = below.id
    where below.path && array[?]::text[] and below.kind = 'reseller'`;

/** One page, the newest first, with one query. */
export async function loadPackages(
  reader: Transaction,
  actor: Actor,
  { filter, limit, cursor }: PageRequest & { filter: PackageFilter },
): Promise<Page<PackageDetails>> {
  const visible = conditionFor(actor);
  const conditions: (readonly [string, readonly unknown[]])[] = [
    ...(visible ? [visible] : []),
    ...(filter.id === undefined ? [] : [['p.id = ?', [filter.id]] as const]),
    ...(filter.tenant === undefined ? [] : [['p.tenant = ?', [filter.tenant]] as const]),
    ...(filter.visibility === undefined ? [] : [['p.visibility = ?', [filter.visibility]] as const]),
    ...(filter.archived === undefined ? [] : [[`(p.archived_at is not null) = ?`, [filter.archived]] as const]),
    ...(filter.search === undefined ? [] : [[`position(lower(?) in lower(p.name)) > 0`, [filter.search]] as const]),
    ...(cursor === undefined ? [] : [['p.id < ?', [decodeCursor(cursor)]] as const]),
  ];
  const where = conditions.length === 0 ? '' : `where ${conditions.map(([text]) => text).join(' and ')}`;
  const rows = await reader.execute<Row[]>(
    `select ${SELECTED} from kernel.package p
     join kernel.package_revision r on r.package = p.id and r.number = p.revision
     ${where} order by p.id desc limit ?`,
    [...conditions.flatMap(([, values]) => values), limit + 1],
  );
  const items = rows.slice(0, limit).map(toDetails);
  return { items, next: rows.length > limit ? encodeCursor(items.at(-1)?.id ?? '') : null };
}

function conditionFor(actor: Actor): readonly [string, readonly unknown[]] | undefined {
  const scope = scopeOf(actor, 'package.read');
  if (scope.kind === 'all') return undefined;
  const tenants = [...scope.tenants];
  if (scope.kind === 'these') return [`p.id in (${VISIBLE})`, [tenants, tenants, tenants]];
  return [`p.id in (${VISIBLE}${SOLD_BELOW})`, [tenants, tenants, tenants, tenants]];
}

interface Row extends Omit<PackageDetails, 'createdAt' | 'archivedAt'> {
  readonly created_at: string;
  readonly archived_at: string | null;
}

function toDetails({ created_at, archived_at, ...row }: Row): PackageDetails {
  return { ...row, createdAt: new Date(created_at), archivedAt: archived_at ? new Date(archived_at) : null };
}
