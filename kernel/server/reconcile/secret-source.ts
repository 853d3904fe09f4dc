import type { SecretSource } from '@freehold/sdk';
import type { OwnerKey } from '@freehold/sdk/protocol';
import type { Keyring } from '../secrets/keyring.ts';

/** Placeholders for the secrets of one owner, and which of them were asked for. */
export interface RecordedSecrets {
  readonly source: SecretSource;
  /** Length by name. */
  readonly wanted: ReadonlyMap<string, number>;
}

const DEFAULT_LENGTH = 32;

export function recordSecrets(keyring: Pick<Keyring, 'placeholder'>, owner: OwnerKey): RecordedSecrets {
  const wanted = new Map<string, number>();
  return {
    wanted,
    source: (name, { length = DEFAULT_LENGTH } = {}) => {
      if (!/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/.test(name))
        throw new Error(
          `${JSON.stringify(name)} cannot be the name of a secret: use lower-case letters, digits, hyphen and dot.`,
        );
      if (!Number.isInteger(length) || length < 16 || length > 256)
        throw new Error(`A secret has 16 to 256 characters, not ${length}.`);
      if (!wanted.has(name)) wanted.set(name, length);
      return keyring.placeholder(owner, name);
    },
  };
}
