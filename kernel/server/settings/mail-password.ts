import type { Keyring } from '../secrets/keyring.ts';
import { Setting } from '../store/entities/index.ts';
import type { Store, Transaction } from '../store/store.ts';

const KEY = 'mail.password';

/** The password of the mail server: a setting that is encrypted, and that the API takes and never gives. */
export class MailPassword {
  readonly #store: Store;
  readonly #keyring: Keyring;

  constructor({ store, keyring }: { store: Store; keyring: Keyring }) {
    this.#store = store;
    this.#keyring = keyring;
  }

  async load(reader: Transaction = this.#store.reader()): Promise<string | null> {
    const found = await reader.findOne(Setting, { key: KEY });
    return found ? this.#keyring.decrypt(Buffer.from(found.value as string, 'base64'), KEY) : null;
  }

  async isSet(reader: Transaction = this.#store.reader()): Promise<boolean> {
    return (await reader.count(Setting, { key: KEY })) > 0;
  }

  async record(tx: Transaction, password: string | null): Promise<void> {
    if (password === null) await tx.nativeDelete(Setting, { key: KEY });
    else await tx.upsert(Setting, { key: KEY, value: this.#keyring.encrypt(password, KEY).toString('base64') });
  }
}
