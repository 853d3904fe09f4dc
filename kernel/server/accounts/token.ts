import { createHash } from 'node:crypto';
import { randomText } from '../secrets/random-text.ts';

/** A new API token: a prefix by which scanners for leaked secrets know it, and 238 random bits. */
export function newToken(prefix: 'fh' | 'fhe' | 'fhn' = 'fh'): string {
  return `${prefix}_${randomText(40)}`;
}

/** What is stored of a token. It has so much randomness that a slow hash would add nothing. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The token of an `Authorization: Bearer` header. */
export function findBearer(header: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9_.~+/-]{1,2000}=*)$/i.exec(header ?? '')?.[1];
}
