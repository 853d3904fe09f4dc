import type { Use } from '@freehold/sdk';
import type { SettingService } from '../settings/setting.service.ts';
import { asSystem } from '../store/as-system.ts';
import type { App } from '../store/entities/index.ts';
import type { AppId, TenantId } from '../store/ids.ts';
import type { Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { addToCounters, type Counter, loadCounters, monthOf } from '../usage/counters.ts';
import { findDeltas, loadUses, nameOf, type StoredUse, saveUses, toStored } from './app-uses.ts';
import { amountOf, type Entitlement, includedOf, includes } from './entitlement.ts';
import type { EntitlementCatalogue } from './entitlement-catalogue.ts';
import { type Entitled, loadDefault, loadEntitlements } from './grants.ts';
import { lockEntitlements } from './lock.ts';
import { refuseShortages, type Shortage } from './shortage.ts';

type Owner = Pick<App, 'id' | 'tenant'>;

/**
 * Takes what apps need of what their tenants have, in the transaction that needs it. A tenant's use is its reseller's too, so no
 * reseller's customers have more together than the reseller has.
 */
export class EntitlementService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /**
   * Makes an app take exactly this. What it took before may be more than its tenant has by now: only what is new is asked for. A new app
   * needs room, too: see {@link assertRoom}.
   *
   * @throws ProblemError limit-reached, feature-not-included, provider-limit-reached
   */
  take(tx: Transaction, app: Owner, uses: readonly Use[], { needsRoom = false } = {}): Promise<void> {
    return asSystem(tx, async () => {
      const { before, after, counters } = await this.#count(tx, app, uses);
      const asked = after.filter((use) => isMore(use, before));
      if (asked.length === 0 && !needsRoom) return;
      const entitled = await this.load(tx, app.tenant.path);
      refuseShortages(app.tenant.id, [
        ...this.#findFull(entitled, counters, asked),
        ...this.#findMissing(entitled, asked),
      ]);
      if (needsRoom) await this.#assertRoom(tx, app, { entitled, more: {} });
    });
  }

  /** Counts what an app takes, whether there is enough or not: it is there already. */
  async count(tx: Transaction, app: Owner, uses: readonly Use[]): Promise<void> {
    await asSystem(tx, () => this.#count(tx, app, uses));
  }

  /** Gives back what an app took. */
  async release(tx: Transaction, app: Owner): Promise<void> {
    await asSystem(tx, () => this.#count(tx, app, []));
  }

  /**
   * What nodes measured is known a little later than it is used, so who has reached a limit gets nothing new.
   *
   * @throws ProblemError limit-reached, provider-limit-reached
   */
  assertRoom(tx: Transaction, app: Pick<App, 'tenant'>, more: Readonly<Record<string, number>>): Promise<void> {
    return asSystem(tx, async () => {
      await this.#assertRoom(tx, app, { entitled: await this.load(tx, app.tenant.path), more });
    });
  }

  async #assertRoom(tx: Transaction, { tenant }: Pick<App, 'tenant'>, { entitled, more }: Room): Promise<void> {
    const measured = this.#needs.catalogue.limits().filter(({ kind }) => kind === 'measured');
    const limited = entitled.flatMap(({ tenant, entitlement }) =>
      measured.flatMap((limit) => {
        const most = amountOf(limit, entitlement);
        return most === null ? [] : [{ tenant, limit, most }];
      }),
    );
    if (limited.length === 0) return;
    const month = monthOf(this.#needs.clock.now());
    const counters = await loadCounters(tx, tenant.path.slice(1), ['', month]);
    const shortages = limited.flatMap(({ tenant, limit: { id: subject, title, unit, period }, most }): Shortage[] => {
      const now = findAmount(counters, { tenant, subject, period: period ? month : '' });
      const wanted = now + (more[subject] ?? 0);
      if (now >= most) return [{ tenant, kind: 'limit', subject, title, unit, limit: most }];
      return wanted > most ? [{ tenant, kind: 'limit', subject, title, unit, limit: most, wanted }] : [];
    });
    refuseShortages(tenant.id, shortages);
  }

  /** What the tenants on a path have, without the hoster, who has everything. */
  async load(reader: Transaction, path: readonly TenantId[]): Promise<Entitled[]> {
    if (path.length < 2) return [];
    const { defaultPackage } = await this.#needs.settings.load(reader);
    return loadEntitlements(reader, path, defaultPackage);
  }

  /** What the last tenant of a path has when it was given no package. */
  async loadWithoutPackages(reader: Transaction, path: readonly TenantId[]): Promise<Entitlement> {
    const { defaultPackage } = await this.#needs.settings.load(reader);
    return path.length === 2 && defaultPackage !== null ? loadDefault(reader, defaultPackage) : 'everything';
  }

  async #count(tx: Transaction, app: Owner, uses: readonly Use[]) {
    const owner = { app: app.id as AppId, tenant: app.tenant.id };
    await lockEntitlements(tx, app.tenant.path);
    const before = await loadUses(tx, owner.app);
    const after = toStored(uses);
    const deltas = await findDeltas(tx, owner, { before, after });
    await saveUses(tx, owner, { before, after });
    const wanted = app.tenant.path
      .slice(1)
      .flatMap((tenant) =>
        [...deltas]
          .filter(([subject]) => this.#adds({ subject }))
          .map(([subject, amount]) => ({ tenant, subject, period: '', amount })),
      );
    return { before, after, counters: await addToCounters(tx, wanted) };
  }

  /** What counts for each app by itself adds up to nothing. */
  #adds({ subject }: Pick<StoredUse, 'subject'>): boolean {
    return this.#needs.catalogue.findLimit(subject)?.kind !== 'each';
  }

  #findFull(entitled: readonly Entitled[], counters: readonly Counter[], asked: readonly StoredUse[]): Shortage[] {
    return entitled.flatMap(({ tenant, entitlement }) =>
      asked.flatMap((use): Shortage[] => {
        const limit = use.kind === 'limit' ? this.#needs.catalogue.findLimit(use.subject) : undefined;
        const most = limit ? amountOf(limit, entitlement) : null;
        if (!limit || most === null) return [];
        const counted = counters.find((one) => one.tenant === tenant && one.subject === use.subject);
        const wanted = limit.kind === 'each' ? use.amount : (counted?.amount ?? 0);
        if (wanted <= most) return [];
        const { id: subject, title, unit } = limit;
        return [{ tenant, kind: 'limit', subject, title, unit, wanted, limit: most, pointer: use.pointer }];
      }),
    );
  }

  #findMissing(entitled: readonly Entitled[], asked: readonly StoredUse[]): Shortage[] {
    return entitled.flatMap(({ tenant, entitlement }) =>
      asked.flatMap((use): Shortage[] => {
        const feature = use.kind === 'feature' ? this.#needs.catalogue.findFeature(use.subject) : undefined;
        const value = use.key === '' ? undefined : use.key;
        if (!feature || includes(includedOf(feature, entitlement), value)) return [];
        return [{ tenant, kind: 'feature', subject: feature.id, title: feature.title, value, pointer: use.pointer }];
      }),
    );
  }
}

/** Whether it is more than, or something else than, what was taken before. */
function isMore(use: StoredUse, before: readonly StoredUse[]): boolean {
  const same = before.find((one) => nameOf(one) === nameOf(use));
  return !same || use.amount > same.amount;
}

function findAmount(counters: readonly Counter[], { tenant, subject, period }: Omit<Counter, 'amount'>): number {
  return counters.find((one) => one.tenant === tenant && one.subject === subject && one.period === period)?.amount ?? 0;
}

interface Room {
  readonly entitled: readonly Entitled[];
  /** What is about to be added, by limit. */
  readonly more: Readonly<Record<string, number>>;
}

interface Needs {
  readonly clock: Clock;
  readonly settings: Pick<SettingService, 'load'>;
  readonly catalogue: EntitlementCatalogue;
}
