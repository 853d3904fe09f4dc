import { createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { expect, test } from 'vitest';
import { ADMIN, startTestServer } from '../../testing/test-server.ts';
import { AccessTokens } from './access-tokens.ts';

const CREDENTIALS = { email: ADMIN.email, password: ADMIN.password };
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function signIn() {
  const run = await startTestServer();
  const { body } = await run.as(undefined)('POST', '/v1/session', CREDENTIALS);
  const { rows } = await run.store.pool.query('select id, public_key from kernel.signing_key');
  const header = decodeProtectedHeader(body.token) as Record<string, unknown>;
  const claims = decodeJwt(body.token) as Record<string, unknown>;
  return {
    ...run,
    token: body.token as string,
    header,
    claims,
    publicKey: rows[0].public_key,
    refreshToken: body.refreshToken,
  };
}

test('an access token says who, since when and how, and nothing that others may not know', async () => {
  const { header, claims, clock } = await signIn();
  const now = clock.now().getTime() / 1_000;
  expect(header).toEqual({ alg: 'EdDSA', typ: 'at+jwt', kid: expect.stringMatching(/^key_/) });
  expect(claims).toEqual({
    iss: expect.stringMatching(/^urn:freehold:[0-9a-f]{32}$/),
    aud: 'freehold-api',
    sub: expect.stringMatching(/^acc_/),
    sid: expect.stringMatching(/^ses_/),
    amr: ['pwd'],
    auth_time: now,
    iat: now,
    exp: now + 900,
    jti: expect.any(String),
  });
});

/** Whoever forges one knows everything that is public, and signs with a key of their own. */
type Forge = (known: Awaited<ReturnType<typeof signIn>>) => string;

const own = generateKeyPairSync('ed25519');
const ownJwk = own.publicKey.export({ format: 'jwk' });
const put = (header: object, claims: object, signature: Buffer | string = '') =>
  `${encode(header)}.${encode(claims)}.${Buffer.isBuffer(signature) ? signature.toString('base64url') : signature}`;
const signed = (header: object, claims: object, key = own.privateKey) =>
  put(header, claims, signBytes(null, Buffer.from(`${encode(header)}.${encode(claims)}`), key));
const hmac = (header: object, claims: object, secret: string | Buffer) =>
  put(
    header,
    claims,
    createHmac('sha256', secret)
      .update(`${encode(header)}.${encode(claims)}`)
      .digest(),
  );

const attacks: Record<string, Forge> = {
  'no algorithm': ({ header, claims }) => put({ ...header, alg: 'none' }, claims),
  'no algorithm, in other letters': ({ header, claims }) => put({ ...header, alg: 'nOnE' }, claims),
  'no algorithm, with the old signature': ({ header, claims, token }) =>
    put({ ...header, alg: 'none' }, claims, token.split('.')[2]),
  'no signature': ({ header, claims }) => put(header, claims),
  'the public key as the secret of an HMAC': ({ header, claims, publicKey }) =>
    hmac({ ...header, alg: 'HS256' }, claims, JSON.stringify(publicKey)),
  'the bytes of the public key as the secret of an HMAC': ({ header, claims, publicKey }) =>
    hmac({ ...header, alg: 'HS256' }, claims, Buffer.from(publicKey.x, 'base64url')),
  'a key of their own under our id': ({ header, claims }) => signed(header, claims),
  'a key of their own in the header': ({ header, claims }) => signed({ ...header, jwk: ownJwk }, claims),
  'a key of their own in the header, without an id': ({ header: { kid: _, ...rest }, claims }) =>
    signed({ ...rest, jwk: ownJwk }, claims),
  'an address of keys': ({ header, claims }) => signed({ ...header, jku: 'https://evil.example/keys' }, claims),
  'a certificate': ({ header, claims }) => signed({ ...header, x5u: 'https://evil.example/c', x5c: ['AAAA'] }, claims),
  'a path as the id of the key': ({ header, claims }) =>
    hmac({ ...header, alg: 'HS256', kid: '../../../../dev/null' }, claims, ''),
  'SQL as the id of the key': ({ header, claims }) => signed({ ...header, kid: "x' union select 'AAAA" }, claims),
  'a member of every object as the id of the key': ({ header, claims }) =>
    signed({ ...header, kid: '__proto__' }, claims),
  'an object as the id of the key': ({ header, claims }) => signed({ ...header, kid: { $ne: null } }, claims),
  'a critical extension': ({ header, claims }) => signed({ ...header, crit: ['b64'], b64: false }, claims),
  'claims that were changed': ({ header, claims, token }) =>
    put(header, { ...claims, sub: 'acc_other' }, token.split('.')[2]),
  'a part more': ({ token }) => `${token}.${token.split('.')[2]}`,
};

test.each(Object.entries(attacks))('a token with %s is none', async (_, forge) => {
  const known = await signIn();
  const { status, body } = await known.as(forge(known))('GET', '/v1/apps');
  expect({ status, code: body.code }).toEqual({ status: 401, code: 'unauthenticated' });
  expect(body.detail).toMatch(/unknown|malformed/);
});

/** Signed with our own key, and not for this. */
const strangers: Record<string, { header?: object; claims?: object }> = {
  'of another type': { header: { typ: 'JWT' } },
  'of no type': { header: { typ: undefined } },
  'for another audience': { claims: { aud: 'freehold-nodes' } },
  'of another issuer': { claims: { iss: 'urn:freehold:other' } },
  'without an end': { claims: { exp: undefined } },
  'that is over': { claims: { exp: 1 } },
  'that is not yet valid': { claims: { nbf: 9_999_999_999 } },
  'of no session': { claims: { sid: undefined } },
  'of nobody': { claims: { sub: undefined } },
  'of an account that is gone': { claims: { sub: 'acc_00000000000000000000' } },
};

test.each(Object.entries(strangers))('a token %s is none, whoever signed it', async (_, { header, claims }) => {
  const known = await signIn();
  const keys = known.server.foundation.keyring;
  const { rows } = await known.store.pool.query('select id, private_key from kernel.signing_key');
  const jwk = JSON.parse(keys.decrypt(rows[0].private_key, `signing key ${rows[0].id}`));
  const { createPrivateKey } = await import('node:crypto');
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const sign = (more: { header?: object; claims?: object } = {}) =>
    signed({ ...known.header, ...more.header }, { ...known.claims, ...more.claims }, key);
  expect((await known.as(sign())('GET', '/v1/session')).status).toBe(200);
  expect((await known.as(sign({ header, claims }))('GET', '/v1/session')).status).toBe(401);
});

test('what is for one step of signing in, for going on or for a mail is no access token', async () => {
  const { as, refreshToken } = await signIn();
  for (const token of [refreshToken, `fhp_${'a'.repeat(43)}`, `fhm_${'a'.repeat(43)}`])
    expect((await as(token)('GET', '/v1/session')).status).toBe(401);
});

test('keys are changed every thirty days, and what the old one has signed is good until it ends', async () => {
  const { as, clock, token, header, store } = await signIn();
  const later = async () => (await as(undefined)('POST', '/v1/session', CREDENTIALS)).body.token as string;
  clock.advance(30 * 86_400_000 - 60_000);
  const last = await later();
  expect(decodeProtectedHeader(last).kid).toBe(header.kid);
  clock.advance(60_000);
  const next = await later();
  expect(decodeProtectedHeader(next).kid).not.toBe(header.kid);
  const status = async (one: string) => (await as(one)('GET', '/v1/session')).status;
  expect([await status(last), await status(next), await status(token)]).toEqual([200, 200, 401]);
  expect((await store.pool.query('select count(*)::int as keys from kernel.signing_key')).rows).toEqual([{ keys: 2 }]);
});

test('a token that acts as somebody else says so, and ends with the session of who acts', async () => {
  const { server, as, admin, token, claims, store } = await signIn();
  await store.pool.query(
    `insert into kernel.account (id, email, name, created_at) values ('acc_ada', 'ada@freehold.test', 'Ada', now())`,
  );
  const act = { session: claims.sid, methods: ['pwd'], authenticatedAt: new Date(0), impersonator: claims.sub };
  const { text } = await server.get(AccessTokens).issue({ account: 'acc_ada', ...act } as never, 1_800);
  expect((await as(text)('GET', '/v1/session')).body).toMatchObject({
    account: { email: 'ada@freehold.test' },
    impersonator: { id: claims.sub, name: ADMIN.email },
  });
  expect((await as(text)('POST', '/v1/account/password', { current: 'x', password: 'y' })).body.code).toBe(
    'not-while-impersonating',
  );
  expect((await as(token)('DELETE', '/v1/session')).status).toBe(204);
  expect((await as(text)('GET', '/v1/session')).status).toBe(401);
  expect((await admin('GET', '/v1/session')).status).toBe(200);
});
