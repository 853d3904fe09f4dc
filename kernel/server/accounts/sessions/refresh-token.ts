import { timingSafeEqual } from 'node:crypto';
import type { Keyring } from '../../secrets/keyring.ts';
import type { SessionId } from '../../store/ids.ts';

/**
 * A refresh token names its session and its place in the row of tokens of that session, and proves both with 256 bits that are made
 * of the key of the installation and the seed of the session. So nothing of it is stored: whoever reads the database has no token, and
 * every token that was ever given is known again when somebody uses it a second time.
 */
export interface RefreshClaim {
  readonly session: SessionId;
  readonly generation: number;
  readonly proof: Buffer;
}

interface Family {
  readonly id: SessionId;
  readonly seed: Buffer;
}

const FORM = /^fhr_([0-9a-hjkmnp-tv-z]{20})_([0-9]{1,8})_([A-Za-z0-9_-]{43})$/;

export function renderRefreshToken(keyring: Keyring, family: Family, generation: number): string {
  const proof = prove(keyring, family, generation).toString('base64url');
  return `fhr_${family.id.slice('ses_'.length)}_${generation}_${proof}`;
}

/** What it claims, which may be wrong. Undefined when it is no refresh token at all. */
export function readRefreshToken(text: string): RefreshClaim | undefined {
  const [, session, generation, proof] = FORM.exec(text) ?? [];
  if (session === undefined || proof === undefined) return undefined;
  return {
    session: `ses_${session}` as SessionId,
    generation: Number(generation),
    proof: Buffer.from(proof, 'base64url'),
  };
}

export function isGenuine(keyring: Keyring, family: Family, { generation, proof }: RefreshClaim): boolean {
  return timingSafeEqual(prove(keyring, family, generation), proof);
}

function prove(keyring: Keyring, { id, seed }: Family, generation: number): Buffer {
  return keyring.prove('refresh token', Buffer.concat([seed, Buffer.from(`${id} ${generation}`)]));
}
