import type { Actor } from '../accounts/actor.ts';
import { assertCan } from '../accounts/permissions.ts';
import { loadApp } from '../apps/app-access.ts';
import { invalid } from '../errors/problem.ts';
import type { EntitlementService } from '../packages/entitlement.service.ts';
import { amountOf, type Entitlement, type FeatureValue, includedOf } from '../packages/entitlement.ts';
import type { EntitlementCatalogue, KnownFeature, KnownLimit } from '../packages/entitlement-catalogue.ts';
import type { Tenant } from '../store/entities/index.ts';
import type { Store, Transaction } from '../store/store.ts';
import type { TenantService } from '../tenants/tenant.service.ts';
import type { Clock } from '../time/clock.ts';
import { loadAppUsage } from './app-usage.ts';
import { type Counter, loadCounters, monthOf } from './counters.ts';
import { loadHosterCounters } from './hoster-counters.ts';
import { loadSeries, type StepSize } from './points.ts';

/** How much of a limit is used. */
export interface LimitUsage {
  readonly limit: KnownLimit;
  readonly used: number;
  /** Null: as much as there is. */
  readonly most: number | null;
}

export interface SeriesWish {
  readonly subject: string;
  readonly step: StepSize;
  readonly from?: string;
  readonly to?: string;
}

/** What tenants and apps use, against what they have. */
export class UsageService {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** What a tenant has: the amounts of all limits, and what of all features is included. */
  async loadEntitlement(actor: Actor, id: string) {
    const tenant = await this.#getTenant(actor, id);
    const entitlement = await this.#loadOwn(this.#needs.store.reader(), tenant);
    const { catalogue } = this.#needs;
    return {
      limits: catalogue.limits().map((limit) => ({ limit, most: amountOf(limit, entitlement) })),
      features: catalogue.features().map((feature): { feature: KnownFeature; included: FeatureValue } => {
        return { feature, included: includedOf(feature, entitlement) };
      }),
    };
  }

  /** What counts for each app by itself is not among it. */
  async loadUsage(actor: Actor, id: string): Promise<LimitUsage[]> {
    const tenant = await this.#getTenant(actor, id);
    const reader = this.#needs.store.reader();
    const month = monthOf(this.#needs.clock.now());
    const entitlement = await this.#loadOwn(reader, tenant);
    const load = tenant.parent ? loadCounters : loadHosterCounters;
    const counters = await load(reader, [tenant.id], ['', month]);
    const limits = this.#needs.catalogue.limits().filter(({ kind }) => kind !== 'each');
    return limits.map((limit) => {
      const used = findAmount(counters, limit.id, limit.period ? month : '');
      return { limit, used, most: amountOf(limit, entitlement) };
    });
  }

  /** How the use of a limit went over time. */
  async loadTenantSeries(actor: Actor, id: string, wish: SeriesWish) {
    const tenant = await this.#getTenant(actor, id);
    return this.#loadSeries(tenant.id, wish);
  }

  async loadAppSeries(actor: Actor, id: string, wish: SeriesWish) {
    const app = await loadApp(this.#needs.store.readerFor(actor), actor, { id, action: 'app.read' });
    return this.#loadSeries(app.id, wish);
  }

  /** What one app takes: counted and measured. */
  async loadOfApp(actor: Actor, id: string): Promise<LimitUsage[]> {
    const app = await loadApp(this.#needs.store.readerFor(actor), actor, { id, action: 'app.read' });
    const month = monthOf(this.#needs.clock.now());
    const amounts = await loadAppUsage(this.#needs.store.reader(), app.id, month);
    return this.#needs.catalogue.limits().flatMap((limit) => {
      const used = amounts.get(limit.id);
      return used === undefined ? [] : [{ limit, used, most: null }];
    });
  }

  async #loadSeries(owner: string, { subject, step, from, to }: SeriesWish) {
    const now = this.#needs.clock.now();
    const end = to === undefined ? now : parseTime('/to', to);
    const start = from === undefined ? new Date(end.getTime() - USUAL[step]) : parseTime('/from', from);
    return loadSeries(this.#needs.store.reader(), { owner, subject, step, from: start, to: end });
  }

  async #getTenant(actor: Actor, id: string): Promise<Tenant> {
    const tenant = await this.#needs.tenants.get(actor, id);
    assertCan(actor, 'usage.read', tenant.path);
    return tenant;
  }

  async #loadOwn(reader: Transaction, { path }: Tenant): Promise<Entitlement> {
    return (await this.#needs.entitlements.load(reader, path)).at(-1)?.entitlement ?? 'everything';
  }
}

/** Milliseconds that are shown where nobody says from when. */
const USUAL = { hour: 2 * 86_400_000, day: 62 * 86_400_000 };

function parseTime(pointer: string, text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw invalid([
      {
        pointer,
        rule: 'format',
        message: 'This is no time.',
        remedy: 'Give one such as 2026-01-31T12:00:00Z.',
        value: text,
      },
    ]);
  return time;
}

function findAmount(counters: readonly Counter[], subject: string, period: string): number {
  const found = counters.filter((one) => one.subject === subject && one.period === period);
  return found.reduce((sum, { amount }) => sum + amount, 0);
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly tenants: TenantService;
  readonly entitlements: EntitlementService;
  readonly catalogue: EntitlementCatalogue;
}
