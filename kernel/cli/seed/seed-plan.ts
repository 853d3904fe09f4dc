/** What an installation is filled with for development. Everything is found again by its name, so that seeding twice changes nothing. */

const GB = 1_024 ** 3;

export interface SeedPackage {
  readonly name: string;
  readonly description: string;
  readonly visibility: 'public' | 'reseller-only';
  readonly limits: Readonly<Record<string, number | null>>;
}

export interface SeedPerson {
  readonly email: string;
  readonly role: 'super_admin' | 'reseller' | 'customer' | 'technical_user';
  /** Names of the only apps that the person may touch. */
  readonly apps?: readonly string[];
}

export interface SeedCustomer {
  readonly slug: string;
  readonly name: string;
  readonly package: string;
  readonly apps: readonly string[];
  readonly people: readonly SeedPerson[];
}

export interface SeedReseller {
  readonly slug: string;
  readonly name: string;
  readonly package: string;
  readonly packages: readonly SeedPackage[];
  readonly brand: Readonly<Record<string, string>>;
  readonly customers: readonly SeedCustomer[];
  readonly people: readonly SeedPerson[];
}

export interface SeedPlan {
  readonly people: readonly SeedPerson[];
  readonly packages: readonly SeedPackage[];
  readonly resellers: readonly SeedReseller[];
  /** Of the hoster itself. */
  readonly customers: readonly SeedCustomer[];
}

/** Addresses end in `.test`, which nobody can have (RFC 2606). */
export const seedPlan: SeedPlan = {
  people: [{ email: 'administrator@hoster.test', role: 'super_admin' }],
  packages: [
    pack('Reseller', 'Fifty websites to sell on', 'reseller-only', { apps: 50, domains: 100, disk: 100 * GB }),
    pack('Direct', 'For customers of our own', 'public', { apps: 10, domains: 20, disk: 20 * GB }),
  ],
  resellers: [
    reseller('north', 'Reseller North', '#0b7285', ['bakery', 'bookshop', 'museum']),
    reseller('south', 'Reseller South', '#a61e4d', ['choir', 'garage']),
  ],
  customers: [customer('direct', 'library', 'Direct')],
};

function reseller(slug: string, name: string, color: string, customers: readonly string[]): SeedReseller {
  return {
    ...{ slug, name, package: 'Reseller' },
    packages: [
      pack(`${name} small`, 'One website', 'public', { apps: 1, domains: 2, disk: 2 * GB }),
      pack(`${name} large`, 'Five websites', 'public', { apps: 5, domains: 10, disk: 10 * GB }),
    ],
    brand: { name, color, supportEmail: `help@${slug}.test` },
    customers: customers.map((one, index) => customer(slug, one, `${name} ${index === 0 ? 'large' : 'small'}`)),
    people: [{ email: `owner@${slug}.test`, role: 'reseller' }],
  };
}

/** Whoever has the first website has a second one too, and somebody who looks after that alone. */
function customer(seller: string, slug: string, packageName: string): SeedCustomer {
  const isLarge = !packageName.endsWith('small');
  const apps = isLarge ? [`${slug}-website`, `${slug}-shop`] : [`${slug}-website`];
  const developer = { email: `developer@${slug}.test`, role: 'technical_user', apps: [`${slug}-shop`] } as const;
  return {
    ...{ slug: `${seller}-${slug}`, name: slug.charAt(0).toUpperCase() + slug.slice(1), package: packageName, apps },
    people: [{ email: `owner@${slug}.test`, role: 'customer' }, ...(isLarge ? [developer] : [])],
  };
}

function pack(
  name: string,
  description: string,
  visibility: SeedPackage['visibility'],
  limits: SeedPackage['limits'],
): SeedPackage {
  return { name, description, visibility, limits };
}
