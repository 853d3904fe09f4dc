import type { MeasuredReport } from '@freehold/sdk/protocol';
import { bandwidth, disk, inodes } from '../packages/kernel-catalogue.ts';
import type { AppId, NodeId, TenantId } from '../store/ids.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { monthOf } from './counters.ts';
import { type Measure, saveMeasures } from './measures.ts';

interface KnownApp {
  readonly app: AppId;
  readonly tenant: TenantId;
  readonly path: readonly TenantId[];
}

/** Takes in what nodes measured of their apps. */
export class MeasuredReports {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(needs: { store: Store; clock: Clock }) {
    this.#store = needs.store;
    this.#clock = needs.clock;
  }

  record(node: NodeId, report: MeasuredReport): Promise<void> {
    return this.#store.transaction(async (tx) => {
      const now = this.#clock.now();
      const apps = await loadApps(tx, node, report);
      const traffic = await readTraffic(tx, { node, report, apps });
      const measures = report.owners.flatMap(({ owner, disk: found }): Measure[] => {
        const app = apps.get(owner);
        if (!app) return [];
        const bytes = traffic.get(app.app) ?? 0;
        return [
          ...(found ? [atTheTime(app, disk.id, found.bytes), atTheTime(app, inodes.id, found.inodes)] : []),
          ...(bytes > 0 ? [{ ...app, subject: bandwidth.id, period: monthOf(now), add: bytes }] : []),
        ];
      });
      await saveMeasures(tx, measures, now);
    });
  }
}

function atTheTime(app: KnownApp, subject: string, amount: number): Measure {
  return { ...app, subject, period: '', amount };
}

/** A node speaks only of apps that are on it. They are held in one order, so that nobody waits in a circle. */
async function loadApps(tx: Transaction, node: NodeId, { owners }: MeasuredReport): Promise<Map<string, KnownApp>> {
  const ids = owners.flatMap(({ owner }) => (owner.startsWith('app:') ? [owner.slice(4)] : []));
  const rows = await tx.execute<(KnownApp & { owner: string })[]>(
    `select 'app:' || a.id as owner, a.id as app, a.tenant, t.path from kernel.app a join kernel.tenant t on t.id = a.tenant
     where a.id = any(array[?]::text[]) and a.node = ? order by a.id for no key update of a`,
    [ids, node],
  );
  return new Map(rows.map(({ owner, ...app }) => [owner, app]));
}

/**
 * How many bytes are new, by app. A node says how many there were in all, so that it does not matter which reports arrive, and how
 * often. One that has lost its figures begins a new epoch at 0.
 */
async function readTraffic(
  tx: Transaction,
  { node, report, apps }: { node: NodeId; report: MeasuredReport; apps: ReadonlyMap<string, KnownApp> },
): Promise<Map<AppId, number>> {
  const { epoch } = report;
  const said = report.owners.flatMap(({ owner, traffic }) => {
    const app = apps.get(owner)?.app;
    return app && traffic !== undefined ? [{ app, total: traffic }] : [];
  });
  if (said.length === 0) return new Map();
  const rows = await tx.execute<{ app: AppId; added: string }[]>(
    `with said as (select * from jsonb_to_recordset(?::jsonb) as given (app text, total bigint)),
     known as (select r.app, r.epoch, r.total from kernel.traffic_reading r join said using (app) where r.node = ?),
     saved as (
       insert into kernel.traffic_reading as reading (app, node, epoch, total)
       select app, ?, ?, max(total) from said group by app order by app
       on conflict (app) do update set node = excluded.node, epoch = excluded.epoch, total = excluded.total
       where (reading.node, reading.epoch) is distinct from (excluded.node, excluded.epoch) or reading.total < excluded.total
       returning app, total
     )
     select saved.app, saved.total - case when known.epoch = ? then known.total else 0 end as added
     from saved left join known using (app)`,
    [JSON.stringify(said), node, node, epoch, epoch],
  );
  return new Map(rows.map(({ app, added }) => [app, Number(added)]));
}
