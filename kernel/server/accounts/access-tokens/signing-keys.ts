import { type CryptoKey, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { Keyring } from '../../secrets/keyring.ts';
import { SigningKey as StoredKey } from '../../store/entities/index.ts';
import { newId } from '../../store/ids.ts';
import type { Store, Transaction } from '../../store/store.ts';
import type { Clock } from '../../time/clock.ts';
import { LONGEST_ACCESS } from './lifetimes.ts';

export interface SigningKey {
  readonly id: string;
  readonly private: CryptoKey;
  readonly public: CryptoKey;
  readonly createdAt: Date;
}

/** For how long a key signs. It is known for as long as anything that it signed may be valid. */
const SIGNS = 30 * 24 * 3_600_000;
/** An id of a key that nobody knows makes a server look again, but not more often than this. */
const LOOK_AGAIN = 1_000;

/** The keys that access tokens are signed with: in the database, encrypted, the same for all servers. */
export class SigningKeys {
  readonly #needs: Needs;
  #keys = new Map<string, SigningKey>();
  #loadedAt = Number.NEGATIVE_INFINITY;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** The one to sign with; made now when there is none, or when the newest is too old. */
  async current(): Promise<SigningKey> {
    const known = this.#findFresh();
    if (known) return known;
    await this.#needs.store.transaction(async (tx) => {
      await tx.execute(`select pg_advisory_xact_lock(hashtextextended('signing-key', 0))`);
      await this.#load(tx);
      if (!this.#findFresh()) await this.#make(tx);
    });
    await this.#load();
    const made = this.#findFresh();
    if (!made) throw new Error('A signing key that was just made is not there.');
    return made;
  }

  /** The id only ever finds something in a table that we filled: it is no path, no address, and no part of a query. */
  async find(id: unknown): Promise<SigningKey | undefined> {
    if (typeof id !== 'string') return undefined;
    const known = this.#keys.get(id);
    if (known || this.#now() - this.#loadedAt < LOOK_AGAIN) return known;
    await this.#load();
    return this.#keys.get(id);
  }

  /** Another server has made a key, or somebody has removed one. */
  forget(): void {
    this.#keys = new Map();
    this.#loadedAt = Number.NEGATIVE_INFINITY;
  }

  /** Removes keys of which no token can be valid any more. */
  async clean(): Promise<void> {
    const oldest = new Date(this.#now() - SIGNS - LONGEST_ACCESS * 1_000 - 24 * 3_600_000);
    await this.#needs.store.reader().nativeDelete(StoredKey, { createdAt: { $lt: oldest } });
    this.forget();
  }

  #findFresh(): SigningKey | undefined {
    const newest = [...this.#keys.values()].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0];
    return newest && this.#now() - newest.createdAt.getTime() < SIGNS ? newest : undefined;
  }

  async #load(reader: Transaction = this.#needs.store.reader()): Promise<void> {
    const rows = await reader.find(StoredKey, {});
    const keys = await Promise.all(rows.map((row) => this.#read(row)));
    this.#keys = new Map(keys.map((key) => [key.id, key]));
    this.#loadedAt = this.#now();
  }

  async #read({ id, privateKey, publicKey, createdAt }: StoredKey): Promise<SigningKey> {
    const secret = JSON.parse(this.#needs.keyring.decrypt(privateKey, context(id)));
    const [ours, everybodys] = await Promise.all([importJWK(secret, 'EdDSA'), importJWK(publicKey, 'EdDSA')]);
    return { id, private: ours as CryptoKey, public: everybodys as CryptoKey, createdAt };
  }

  async #make(tx: Transaction): Promise<void> {
    const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const [secret, publicKey] = await Promise.all([exportJWK(pair.privateKey), exportJWK(pair.publicKey)]);
    const id = newId('key');
    const privateKey = this.#needs.keyring.encrypt(JSON.stringify(secret), context(id));
    const createdAt = this.#needs.clock.now();
    tx.create(StoredKey, { id, privateKey, publicKey: { ...publicKey }, createdAt }, { persist: true });
  }

  #now(): number {
    return this.#needs.clock.now().getTime();
  }
}

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly keyring: Keyring;
}

function context(id: string): string {
  return `signing key ${id}`;
}
