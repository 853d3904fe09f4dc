import { reachableCondition } from '../../nodes/reachable.ts';
import type { Suspension } from '../../store/entities/index.ts';

/** Columns of the query, in order, as the database wrote them. */
export type AppRow = readonly (string | null)[];

/**
 * The items of a page as JSON. What the database has as JSON goes through as it is: reading it and writing it again would cost more
 * than everything else. `viewApp` says the same of one app; a test compares the two.
 */
export function renderApps(rows: readonly AppRow[], now: Date): string {
  const nodes = new Map<string, string>();
  return `[${rows.map((row) => renderApp(row, renderNode(row, now, nodes))).join(',')}]`;
}

function renderApp(row: AppRow, reachable: string): string {
  const [id, tenant, type, name, node, spec, specVersion, generation, lifecycle, suspended, release, links] = row;
  const [created, updated, removed, purge, observedGeneration, conditions] = row.slice(12);
  return `{"id":${quote(id)},"type":${quote(type)},"name":${quote(name)},"node":${quote(node)},"spec":${spec},"specVersion":${specVersion},"generation":${generation},"lifecycle":${quote(lifecycle)},"links":${links},"tenant":${quote(tenant)},"suspended":${renderSuspended(suspended)},"observedGeneration":${observedGeneration ?? 0},"conditions":${append(conditions, reachable)},"release":${release ?? null},"createdAt":${instant(created)},"updatedAt":${instant(updated)},"removedAt":${instant(removed)},"purgeAfter":${instant(purge)}}`;
}

function quote(text: string | null | undefined): string {
  return JSON.stringify(text ?? null);
}

/** In which role somebody suspended it is nobody's business. */
function renderSuspended(text: string | null | undefined): string {
  if (text === '[]' || !text) return '[]';
  const suspensions = JSON.parse(text) as Suspension[];
  return JSON.stringify(
    suspensions.map(({ reason, note, at }) => ({ reason, at, ...(note !== undefined && { note }) })),
  );
}

/** Most apps of a page are on the same few nodes. */
function renderNode(row: AppRow, now: Date, known: Map<string, string>): string {
  const [name, lastSeen, reachableSince, created] = row.slice(18);
  if (!name) return '';
  let text = known.get(name);
  if (text === undefined) {
    const seen = {
      name,
      lastSeenAt: date(lastSeen),
      reachableSince: date(reachableSince),
      createdAt: date(created) ?? now,
    };
    text = JSON.stringify(reachableCondition(seen, now));
    known.set(name, text);
  }
  return text;
}

function append(conditions: string | null | undefined, last: string): string {
  if (!conditions) return '[]';
  return conditions === '[]' ? `[${last}]` : `${conditions.slice(0, -1)},${last}]`;
}

function date(text: string | null | undefined): Date | null {
  return text ? new Date(text) : null;
}

/** `2026-01-02 03:04:05.678901+00`, as the database writes it where the time zone is UTC. */
const IN_UTC = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/;

function instant(text: string | null | undefined): string {
  if (!text) return 'null';
  const parts = IN_UTC.exec(text);
  if (!parts) return JSON.stringify(new Date(text).toISOString());
  return `"${parts[1]}T${parts[2]}.${(parts[3] ?? '').slice(0, 3).padEnd(3, '0')}Z"`;
}
