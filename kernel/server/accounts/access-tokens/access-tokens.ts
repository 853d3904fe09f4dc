import { errors, jwtVerify, SignJWT } from 'jose';
import { problem } from '../../errors/problem.ts';
import type { Keyring } from '../../secrets/keyring.ts';
import { randomText } from '../../secrets/random-text.ts';
import type { SignInMethod } from '../../store/entities/index.ts';
import type { AccountId, SessionId } from '../../store/ids.ts';
import type { Clock } from '../../time/clock.ts';
import { LONGEST_ACCESS } from './lifetimes.ts';
import { RecentlyUsed } from './recently-used.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What an access token says. */
export interface AccessClaims {
  readonly account: AccountId;
  /** With the end of this session the token is worth nothing. */
  readonly session: SessionId;
  readonly methods: readonly SignInMethod[];
  /** When the person last proved to be that person. */
  readonly authenticatedAt: Date;
  /** Who really acts (RFC 8693, `act`). The session is theirs. */
  readonly impersonator?: AccountId;
}

export interface AccessToken {
  readonly text: string;
  readonly expiresAt: Date;
}

interface Verified {
  readonly claims: AccessClaims;
  readonly expiresAt: number;
}

/** Tokens that are looked at only once. A thousand people at a time and their programs. */
const REMEMBERED = 5_000;
const TYPE = 'at+jwt';
const AUDIENCE = 'freehold-api';
/** The only algorithm. What a token says of itself decides nothing. */
const ALGORITHM = 'EdDSA';

/** Makes access tokens (RFC 9068), and says what is in those that are ours and still valid. */
export class AccessTokens {
  readonly #needs: Needs;
  readonly #issuer: string;
  /** By the whole text: two tokens are never taken for one another. */
  readonly #verified = new RecentlyUsed<Verified>(REMEMBERED);

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#issuer = `urn:freehold:${needs.keyring.prove('installation', '').toString('hex').slice(0, 32)}`;
  }

  async issue(claims: AccessClaims, seconds: number): Promise<AccessToken> {
    const key = await this.#needs.keys.current();
    const now = Math.floor(this.#needs.clock.now().getTime() / 1_000);
    const expires = now + Math.min(seconds, LONGEST_ACCESS);
    const text = await new SignJWT({
      sid: claims.session,
      amr: [...claims.methods],
      auth_time: Math.floor(claims.authenticatedAt.getTime() / 1_000),
      ...(claims.impersonator && { act: { sub: claims.impersonator } }),
    })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: key.id })
      .setIssuer(this.#issuer)
      .setAudience(AUDIENCE)
      .setSubject(claims.account)
      .setIssuedAt(now)
      .setExpirationTime(expires)
      .setJti(randomText(20))
      .sign(key.private);
    return { text, expiresAt: new Date(expires * 1_000) };
  }

  /** Whether it is made like an access token. Whether it is one is another question. */
  looksLikeOne(text: string): boolean {
    return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
  }

  /** @throws ProblemError unauthenticated */
  async verify(text: string): Promise<AccessClaims> {
    const now = this.#needs.clock.now();
    const known = this.#verified.find(text) ?? (await this.#read(text, now));
    if (known.expiresAt <= now.getTime()) throw unauthenticated('the access token has expired');
    return known.claims;
  }

  /** Keys may have come and gone. */
  forget(): void {
    this.#needs.keys.forget();
    this.#verified.clear();
  }

  async #read(text: string, currentDate: Date): Promise<Verified> {
    const findKey = async ({ kid }: { kid?: string }) => {
      const key = await this.#needs.keys.find(kid);
      if (!key) throw new errors.JWSInvalid('unknown key');
      return key.public;
    };
    const options = {
      ...{ algorithms: [ALGORITHM], typ: TYPE, issuer: this.#issuer, audience: AUDIENCE, currentDate },
      requiredClaims: ['sub', 'sid', 'iat', 'exp', 'jti', 'auth_time', 'amr'],
    };
    const { payload } = await jwtVerify<Payload>(text, findKey, options).catch((error: unknown) => {
      if (error instanceof errors.JOSEError) throw unauthenticated(reasonOf(error), error);
      throw error;
    });
    const verified = { claims: readClaims(payload), expiresAt: payload.exp * 1_000 };
    this.#verified.put(text, verified);
    return verified;
  }
}

interface Payload {
  readonly sub: AccountId;
  readonly sid: SessionId;
  readonly amr: SignInMethod[];
  readonly auth_time: number;
  readonly exp: number;
  readonly act?: { readonly sub: AccountId };
}

interface Needs {
  readonly keys: SigningKeys;
  readonly keyring: Keyring;
  readonly clock: Clock;
}

/** Nobody but us can have signed it, so it has the shape that {@link AccessTokens.issue} gave it. */
function readClaims({ sub, sid, amr, auth_time, act }: Payload): AccessClaims {
  return {
    ...{ account: sub, session: sid, methods: amr, authenticatedAt: new Date(auth_time * 1_000) },
    ...(act && { impersonator: act.sub }),
  };
}

/** What is wrong with a forged token is nobody's business. */
function reasonOf(error: Error): string {
  return error instanceof errors.JWTExpired ? 'the access token has expired' : 'the token is unknown';
}

function unauthenticated(reason: string, cause?: Error) {
  return problem('unauthenticated', { reason }, cause ? { cause } : {});
}
