import type { Actor } from '../accounts/actor.ts';
import type { Store, Transaction } from '../store/store.ts';
import { type Scope, scopeOf } from '../tenants/scope.ts';

/** One thing that happened, as it is told outside. */
export interface StoredEvent {
  /** Position in the order of commits: what a reader that comes back asks for. */
  readonly id: string;
  readonly type: string;
  /** As the hook of the same name declares it, and `at`. */
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventFilter {
  readonly app?: string;
  readonly operation?: string;
  readonly types?: readonly string[];
}

export interface EventPage {
  readonly events: StoredEvent[];
  /** Position after the last row that was looked at, whether it passed the filter or not. */
  readonly position: string;
  /** Whether rows were left out because a transaction that is older than theirs still runs. */
  readonly unsettled: boolean;
}

interface Row extends StoredEvent {
  readonly xid: string;
  readonly at: string;
}

/**
 * Events in the order of commits. A row is taken only when every transaction older than its own has ended, so nothing ever
 * appears before a position that was read. Positions are `<transaction>-<row>`.
 */
export async function readEvents(
  store: Store,
  query: { actor: Actor; filter: EventFilter; after: string; limit: number },
): Promise<EventPage> {
  const { actor, filter, after, limit } = query;
  const { end, unsettled } = await findSettled(store.reader());
  const [xid, id] = parsePosition(after);
  const { sql, values } = conditions(actor, filter);
  const rows = await store.readerFor(actor).execute<Row[]>(
    `select e.id, e.xid::text as xid, e.type, e.at, e.data from kernel.event e
     where (e.xid, e.id) > (?::xid8, ?::bigint) and e.xid < ?::xid8 ${sql}
     order by e.xid, e.id limit ?`,
    [xid, id, end, ...values, limit],
  );
  const last = rows.at(-1);
  const full = rows.length === limit;
  return {
    events: rows.map(toEvent),
    // Everything up to the end was looked at, whatever of it passed the filter.
    position: full && last ? `${last.xid}-${last.id}` : latest(after, before(end)),
    unsettled: unsettled && !full,
  };
}

/** The position after everything that has happened so far. */
export async function findEnd(reader: Transaction): Promise<string> {
  return before((await findSettled(reader)).end);
}

export const BEGINNING = '0-0';

export function isPosition(text: string): boolean {
  const [, xid, id] = /^(\d{1,20})-(\d{1,19})$/.exec(text) ?? [];
  return xid !== undefined && id !== undefined && BigInt(xid) < 2n ** 64n && BigInt(id) <= LAST_ROW;
}

/**
 * The oldest transaction that still runs here, and whether it or a younger one has written events. The newest number is that of the
 * statement's snapshot, and the sessions are looked at after it: whoever is older and not among those that run has ended, and the next
 * statement sees what it wrote. The snapshot alone would make events wait for other databases of the same PostgreSQL too.
 */
async function findSettled(reader: Transaction): Promise<{ end: string; unsettled: boolean }> {
  const [row] = await reader.execute<{ end: string; unsettled: boolean | null }[]>(
    `select oldest::text as end, (select xid from kernel.event order by xid desc, id desc limit 1) >= oldest as unsettled
     from (select (newest - coalesce(greatest(max(${AGE}), 0), 0))::text::xid8 as oldest
           from (select pg_snapshot_xmax(pg_current_snapshot())::text::bigint as newest) as known
           left join pg_stat_activity on datname = current_database() and backend_xid is not null
           group by newest) as running`,
  );
  return { end: row?.end ?? '0', unsettled: row?.unsettled ?? false };
}

/** How many transactions `backend_xid` is older than `newest`: it has the lower 32 bits of the number only. */
export const AGE = `(((newest & 4294967295) - backend_xid::text::bigint + 2147483648) & 4294967295) - 2147483648`;

/** The position of the last row that a transaction before this one could have written. */
function before(xid: string): string {
  return `${BigInt(xid) - 1n}-${LAST_ROW}`;
}

const LAST_ROW = 9_223_372_036_854_775_807n;

function latest(one: string, other: string): string {
  const [xid, id] = parsePosition(one).map(BigInt) as [bigint, bigint];
  const [otherXid, otherId] = parsePosition(other).map(BigInt) as [bigint, bigint];
  return xid > otherXid || (xid === otherXid && id > otherId) ? one : other;
}

function conditions(actor: Actor, { app, operation, types }: EventFilter): { sql: string; values: unknown[] } {
  const parts: [string, unknown[]][] = [];
  const scope = scopeOf(actor);
  if (scope.kind !== 'all') parts.push(ofScope(scope));
  if (app !== undefined) parts.push(['e.app = ?', [app]]);
  if (operation !== undefined) parts.push(['e.operation = ?', [operation]]);
  if (types !== undefined) parts.push(['e.type = any(array[?]::text[])', [types]]);
  return { sql: parts.map(([sql]) => `and ${sql}`).join(' '), values: parts.flatMap(([, values]) => values) };
}

function ofScope({ kind, tenants, apps }: Exclude<Scope, { kind: 'all' }>): [string, unknown[]] {
  const condition =
    kind === 'these'
      ? 'e.tenant = any(array[?]::text[])'
      : 'e.tenant in (select id from kernel.tenant where path && array[?]::text[])';
  return apps.length === 0
    ? [condition, [tenants]]
    : [`(${condition} or e.app = any(array[?]::text[]))`, [tenants, apps]];
}

function parsePosition(position: string): [string, string] {
  const [xid = '0', id = '0'] = position.split('-');
  return [xid, id];
}

function toEvent({ id, xid, type, at, data }: Row): StoredEvent {
  return { id: `${xid}-${id}`, type, data: { at: new Date(at).toISOString(), ...data } };
}
