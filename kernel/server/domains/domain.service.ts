import { problem } from '../errors/problem.ts';
import { type App, Domain } from '../store/entities/index.ts';
import type { Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import { type ClaimedName, findClaimedNames } from './claimed-names.ts';
import { getNameFacts, getParents, reverseName } from './registrable.ts';

export { type ClaimedName, findClaimedNames };

/** Who holds which host name. A name that is held belongs to one app, and names below it to its tenant only. */
export class DomainService {
  readonly #clock: Clock;

  constructor(needs: { clock: Clock }) {
    this.#clock = needs.clock;
  }

  /** Makes the app hold exactly these names. @throws ProblemError domain-taken, domain-is-public-suffix */
  async claim(tx: Transaction, app: App, names: readonly ClaimedName[]): Promise<void> {
    await tx.flush();
    for (const claimed of names) assertClaimable(claimed);
    await lockNames(tx, names);
    await tx.nativeDelete(Domain, { app: app.id, name: { $nin: names.map(({ name }) => name) } });
    for (const claimed of names) await this.#claimOne(tx, app, claimed);
  }

  /** Gives all names of the app back. */
  async release(tx: Transaction, app: App): Promise<void> {
    await tx.nativeDelete(Domain, { app: app.id });
  }

  async #claimOne(tx: Transaction, app: App, claimed: ClaimedName): Promise<void> {
    const { name } = claimed;
    for (const holder of await findRelated(tx, name)) assertCompatible(holder, app, claimed);
    await tx.execute(
      `insert into kernel.domain (name, reversed, tenant, app, created_at) values (?, ?, ?, ?, ?)
       on conflict (name) do nothing`,
      [name, reverseName(name), app.tenant.id, app.id, this.#clock.now()],
    );
  }
}

interface Holder {
  readonly name: string;
  readonly tenant: string;
  readonly app: string;
  readonly title: string;
}

/** Whoever holds the name itself, a name above it or one below it. */
async function findRelated(tx: Transaction, name: string): Promise<Holder[]> {
  const { claimsBelow } = getNameFacts(name);
  const above = claimsBelow ? getParents(name) : [];
  const below = claimsBelow ? [reverseName(name), afterPrefix(reverseName(name))] : ['', ''];
  return tx.execute<Holder[]>(
    `select d.name, d.tenant, d.app, a.name as title from kernel.domain d join kernel.app a on a.id = d.app
     where d.name = any(array[?]::text[]) or (d.reversed >= ? and d.reversed < ?)`,
    [[name, ...above], ...below],
  );
}

function assertCompatible(holder: Holder, app: App, { name, pointer }: ClaimedName): void {
  if (holder.app === app.id) return;
  const own = holder.tenant === app.tenant.id;
  if (own && holder.name !== name) return;
  const reason = own
    ? `the app ${holder.title} has it`
    : holder.name === name
      ? 'another tenant has it'
      : `the name ${holder.name} is another tenant's`;
  const message = `The host name ${name} cannot be used: ${reason}.`;
  throw problem(
    'domain-taken',
    { name, reason },
    { errors: [{ pointer: `/spec${pointer}`, rule: 'claim', message, value: name }] },
  );
}

function assertClaimable({ name, pointer }: ClaimedName): void {
  if (!getNameFacts(name).publicSuffix) return;
  const message = `Below ${name} anybody can register names.`;
  throw problem(
    'domain-is-public-suffix',
    { name },
    { errors: [{ pointer: `/spec${pointer}`, rule: 'claim', message, value: name }] },
  );
}

/**
 * Two tenants that race for a name, or for one above and one below, have its last two labels in common: they take turns. Locks are
 * taken in one order, so that nobody waits in a circle.
 */
async function lockNames(tx: Transaction, names: readonly ClaimedName[]): Promise<void> {
  const ends = new Set(names.map(({ name }) => name.split('.').slice(-2).join('.')));
  for (const end of [...ends].sort())
    await tx.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`domain ${end}`]);
}

/** The first text that sorts after all that start with the prefix, which ends in a dot. */
function afterPrefix(prefix: string): string {
  return `${prefix.slice(0, -1)}/`;
}
