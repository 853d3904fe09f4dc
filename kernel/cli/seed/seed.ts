import type { ApiClient } from '../api-client.ts';
import type { App, Tenant } from '../api-types.ts';
import { SeedPeople } from './seed-people.ts';
import type { SeedCustomer, SeedPackage, SeedPlan, SeedReseller } from './seed-plan.ts';

export interface SeedOptions {
  readonly plan: SeedPlan;
  /** Of every account that is made. */
  readonly password: string;
  /** The app type of the websites. */
  readonly type: string;
  readonly spec: (hostname: string) => Readonly<Record<string, unknown>>;
}

export interface SeedReport {
  /** What was not there before. */
  readonly made: { readonly tenants: number; readonly packages: number; readonly apps: number };
  /** Addresses of accounts that were made, all with the password. */
  readonly accounts: readonly string[];
  /** What was left out, and why. */
  readonly omissions: readonly string[];
}

/** Fills an installation, signed in as its administrator. What is there is left as it is. */
export async function seed(client: ApiClient, options: SeedOptions): Promise<SeedReport> {
  return new Seeding(client, options).run();
}

class Seeding {
  readonly #client: ApiClient;
  readonly #options: SeedOptions;
  readonly #people: SeedPeople;
  readonly #made = { tenants: 0, packages: 0, apps: 0 };
  readonly #omissions: string[] = [];

  constructor(client: ApiClient, options: SeedOptions) {
    this.#client = client;
    this.#options = options;
    this.#people = new SeedPeople(client, options.password);
  }

  async run(): Promise<SeedReport> {
    const { people, packages, resellers, customers } = this.#options.plan;
    const tenants = await this.#client.listTenants();
    const hoster = tenants.find(({ kind }) => kind === 'hoster');
    if (!hoster) throw new Error('Only a super administrator can fill an installation.');
    const known = await this.#ensurePackages(hoster.id, packages);
    for (const reseller of resellers) await this.#ensureReseller(hoster.id, reseller, known);
    for (const customer of customers) await this.#ensureCustomer(hoster.id, customer, known);
    for (const person of people) await this.#people.ensure(hoster.id, person, []);
    return {
      made: this.#made,
      accounts: this.#people.made,
      omissions: [...this.#omissions, ...this.#people.omissions],
    };
  }

  async #ensureReseller(parent: string, reseller: SeedReseller, known: Packages): Promise<void> {
    const { id } = await this.#ensureTenant({ ...reseller, kind: 'reseller', parent }, known);
    await this.#client.put(`/v1/tenants/${id}/brand`, reseller.brand);
    const own = await this.#ensurePackages(id, reseller.packages);
    for (const customer of reseller.customers) await this.#ensureCustomer(id, customer, own);
    for (const person of reseller.people) await this.#people.ensure(id, person, []);
  }

  async #ensureCustomer(parent: string, customer: SeedCustomer, known: Packages): Promise<void> {
    const { id } = await this.#ensureTenant({ ...customer, kind: 'customer', parent }, known);
    const apps = await this.#ensureApps(id, customer.apps);
    for (const person of customer.people) await this.#people.ensure(id, person, apps);
  }

  async #ensureTenant({ package: name, ...wish }: NewTenant, known: Packages): Promise<Tenant> {
    const { slug, kind, parent } = wish;
    const found = (await this.#client.listTenants()).find((one) => one.slug === slug);
    if (found) return found;
    const tenant = await this.#client.createTenant({ name: wish.name, slug, kind, parent });
    await this.#client.put(`/v1/tenants/${tenant.id}/packages`, { packages: [{ package: known.get(name) }] });
    this.#made.tenants += 1;
    return tenant;
  }

  /** By their names: ids of the packages that a tenant sells. */
  async #ensurePackages(tenant: string, wanted: readonly SeedPackage[]): Promise<Packages> {
    const there = await this.#client.list<{ id: string; name: string; tenant: string }>('/v1/packages');
    const known = new Map(there.filter((one) => one.tenant === tenant).map(({ name, id }) => [name, id]));
    for (const one of wanted)
      if (!known.has(one.name)) {
        const { id } = await this.#client.post<{ id: string }>('/v1/packages', { ...one, tenant });
        known.set(one.name, id);
        this.#made.packages += 1;
      }
    return known;
  }

  async #ensureApps(tenant: string, names: readonly string[]): Promise<App[]> {
    const { type, spec } = this.#options;
    const there = await this.#client.listApps({ tenant });
    const types = await this.#client.listAppTypes();
    if (!types.some(({ id }) => id === type)) {
      const omission = `No apps were made: no plugin that runs has the app type ${type}.`;
      if (!this.#omissions.includes(omission)) this.#omissions.push(omission);
      return there;
    }
    const missing = names.filter((name) => !there.some((app) => app.name === name));
    const made: App[] = [];
    for (const name of missing)
      made.push(await this.#client.createApp({ tenant, type, name, spec: spec(`${name}.localhost`) }));
    this.#made.apps += made.length;
    return [...there, ...made];
  }
}

type Packages = ReadonlyMap<string, string>;

interface NewTenant {
  readonly slug: string;
  readonly name: string;
  readonly kind: string;
  readonly parent: string;
  readonly package: string;
}
