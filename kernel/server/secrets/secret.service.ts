import type { OwnerKey } from '@freehold/sdk/protocol';
import { Secret } from '../store/entities/index.ts';
import type { Transaction } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { Keyring } from './keyring.ts';
import { randomText } from './random-text.ts';

/** The secrets that the kernel makes for apps and node roles: stable by name, encrypted in the database. */
export class SecretService {
  readonly #keyring: Keyring;
  readonly #clock: Clock;

  constructor(needs: { keyring: Keyring; clock: Clock }) {
    this.#keyring = needs.keyring;
    this.#clock = needs.clock;
  }

  /** The values by placeholder, made now where there were none. `wanted` gives the length by name. */
  async ensure(tx: Transaction, owner: OwnerKey, wanted: ReadonlyMap<string, number>): Promise<Record<string, string>> {
    if (wanted.size === 0) return {};
    const found = new Map((await tx.find(Secret, { owner })).map((secret) => [secret.name, secret.value]));
    for (const [name, length] of wanted) {
      if (!found.has(name)) found.set(name, await this.#make(tx, owner, { name, length }));
    }
    return Object.fromEntries(
      [...wanted.keys()].map((name) => [
        this.#keyring.placeholder(owner, name),
        this.#keyring.decrypt(found.get(name) as Buffer, context(owner, name)),
      ]),
    );
  }

  /** All values of an owner, to keep them out of what is stored and shown. */
  async loadValues(tx: Transaction, owner: OwnerKey): Promise<string[]> {
    const secrets = await tx.find(Secret, { owner });
    return secrets.map(({ name, value }) => this.#keyring.decrypt(value, context(owner, name)));
  }

  async forget(tx: Transaction, owner: OwnerKey): Promise<void> {
    await tx.nativeDelete(Secret, { owner });
  }

  /** Two exchanges may make the same secret at once: the first one counts. */
  async #make(tx: Transaction, owner: OwnerKey, { name, length }: { name: string; length: number }): Promise<Buffer> {
    const value = this.#keyring.encrypt(randomText(length), context(owner, name));
    await tx.execute(
      `insert into kernel.secret (owner, name, value, created_at) values (?, ?, ?, ?) on conflict (owner, name) do nothing`,
      [owner, name, value, this.#clock.now()],
    );
    return (await tx.findOneOrFail(Secret, { owner, name }, { refresh: true })).value;
  }
}

function context(owner: OwnerKey, name: string): string {
  return `secret ${owner} ${name}`;
}
