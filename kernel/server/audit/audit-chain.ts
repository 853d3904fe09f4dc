import type { Keyring } from '../secrets/keyring.ts';

/** Where the chain has come to. */
export interface ChainHead {
  /** Of the last entry, counted from 1; 0 when there is none. */
  readonly number: number;
  /** Its link. */
  readonly link: Buffer;
}

export const chainStart: ChainHead = { number: 0, link: Buffer.alloc(32) };

/**
 * All that an entry says, as one text, in SQL: PostgreSQL writes the same JSON always in the same way. Whoever changes this breaks every
 * chain there is.
 */
export const ENTRY_TEXT = `jsonb_build_array(id, (extract(epoch from at) * 1000000)::bigint, actor, action, subject, tenant, details,
  before, after)::text`;

/**
 * The link of an entry to the one before it. It is made with the key of the installation: who can write to the database alone cannot make
 * one, so that a chain cannot be made anew around a change.
 */
export function linkEntry(keyring: Keyring, before: ChainHead, text: string): ChainHead {
  const number = before.number + 1;
  return { number, link: keyring.prove('audit entry', `${number}\n${before.link.toString('hex')}\n${text}`) };
}

/** Proves that the installation itself let go of all entries up to this one. */
export function proveCheckpoint(keyring: Keyring, { number, link }: ChainHead): Buffer {
  return keyring.prove('audit checkpoint', `${number}\n${link.toString('hex')}`);
}
