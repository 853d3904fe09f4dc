import type { Mailer } from '../../mail/mailer.ts';
import { type Account, SignIn, type SignInOutcome, type StoredActor } from '../../store/entities/index.ts';
import { type AccountId, newId, type SessionId } from '../../store/ids.ts';
import { loadPage, type Page, type PageRequest } from '../../store/page.ts';
import type { Store, Transaction } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { describeDevice, networkOf, type Place } from './place.ts';

export interface SignInRecord {
  readonly account: AccountId;
  readonly outcome: SignInOutcome;
  /** `password`, `code`, `passkey` … */
  readonly method: string;
  readonly place: Place;
  readonly session?: SessionId;
  /** Who acted as the account, when it was not the person. */
  readonly impersonator?: StoredActor;
}

/** Who signed in to an account, or tried to: what its owner sees of it. */
export class SignInHistory {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  record(tx: Transaction, { place, session, impersonator, ...record }: SignInRecord): void {
    const from = { device: describeDevice(place.userAgent), address: place.address ?? null };
    const values = { id: newId('sin'), at: this.#needs.clock.now(), ...record, ...from };
    const rest = { network: networkOf(place.address) ?? null, session: session ?? null };
    tx.create(SignIn, { ...values, ...rest, impersonator: impersonator ?? null }, { persist: true });
  }

  /** Tells the owner when neither the device nor the neighbourhood it comes from was ever seen, or one of them was not. */
  async tellOfNewDevice(tx: Transaction, account: Account, place: Place): Promise<void> {
    const device = describeDevice(place.userAgent);
    const [seen] = await tx.execute<Seen[]>(
      `select count(*) > 0 as any, bool_or(device = ?) as device, bool_or(network is not distinct from ?) as network
         from (select device, network from kernel.sign_in
               where account = ? and outcome = 'succeeded' order by id desc limit 200) as lately`,
      [device, networkOf(place.address) ?? null, account.id],
    );
    if (!seen?.any || (seen.device && seen.network)) return;
    await this.#needs.mailer.send(tx, {
      template: 'new-sign-in',
      ...recipient(account),
      data: { at: this.#needs.clock.now(), device, ...(place.address !== undefined && { address: place.address }) },
    });
  }

  list(account: AccountId, page: PageRequest): Promise<Page<SignIn>> {
    return loadPage(this.#needs.store.reader(), SignIn, { where: { account }, ...page });
  }

  /** Removes what is older than the settings want it. */
  async clean(seconds: number): Promise<void> {
    const oldest = new Date(this.#needs.clock.now().getTime() - seconds * 1_000);
    await this.#needs.store.reader().nativeDelete(SignIn, { at: { $lt: oldest } });
  }
}

/** To whom a mail about an account goes. */
export function recipient({ email, name, language }: Account): { to: string; name: string; language?: string } {
  return { to: email, name, ...(language != null && { language }) };
}

interface Seen {
  readonly any: boolean;
  readonly device: boolean | null;
  readonly network: boolean | null;
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly mailer: Mailer;
}
