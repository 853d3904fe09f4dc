import { randomBytes } from 'node:crypto';

/**
 * Ids are a prefix that says what they name, and 20 characters of Crockford's alphabet in lower case: 48 bits of
 * milliseconds and 52 random ones. They sort by the time they were made, fit unix user names and file names
 * (`[a-z0-9_]`, 24 characters), and nobody can guess one.
 */
export type Id<Prefix extends string> = string & { readonly [idOf]: Prefix };
declare const idOf: unique symbol;

export type TenantId = Id<'tnt'>;
export type AccountId = Id<'acc'>;
export type TokenId = Id<'tok'>;
export type SessionId = Id<'ses'>;
export type InvitationId = Id<'inv'>;
export type SignInId = Id<'sin'>;
export type PasskeyId = Id<'pky'>;
/** Of a key that access tokens are signed with. */
export type SigningKeyId = Id<'key'>;
export type PackageId = Id<'pkg'>;
export type AppId = Id<'app'>;
export type NodeId = Id<'nod'>;
export type WebhookId = Id<'whk'>;
export type DeliveryId = Id<'dlv'>;
export type OperationId = Id<'opr'>;
export type AuditId = Id<'aud'>;
export type MailId = Id<'mai'>;
/** Of a question to a node: a plan, a log, a check. */
export type RequestId = Id<'req'>;

export type Prefix =
  | 'pkg'
  | 'tnt'
  | 'acc'
  | 'tok'
  | 'ses'
  | 'sin'
  | 'pky'
  | 'key'
  | 'inv'
  | 'app'
  | 'nod'
  | 'opr'
  | 'aud'
  | 'mai'
  | 'req'
  | 'whk'
  | 'dlv';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const RANDOM_BITS = 52n;
let last = 0n;

/** Makes an id that sorts after all that this process made before. */
export function newId<P extends Prefix>(prefix: P, now: number = Date.now()): Id<P> {
  const random = randomBytes(8).readBigUInt64BE() >> (64n - RANDOM_BITS);
  const candidate = (BigInt(now) << RANDOM_BITS) | random;
  last = candidate > last ? candidate : last + 1n + (random >> 20n);
  return `${prefix}_${encode(last)}` as Id<P>;
}

/** Pattern of the ids with a prefix, for schemas. */
export function idPattern(prefix: Prefix): string {
  return `^${prefix}_[0-9a-hjkmnp-tv-z]{20}$`;
}

function encode(value: bigint): string {
  let text = '';
  for (let shift = 95n; shift >= 0n; shift -= 5n) text += ALPHABET[Number((value >> shift) & 31n)];
  return text;
}
