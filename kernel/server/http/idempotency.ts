import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '../errors/problem.ts';
import { canonicalJson } from '../json/same-json.ts';
import type { Keyring } from '../secrets/keyring.ts';
import { IdempotencyKey } from '../store/entities/index.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from '../time/clock.ts';
import type { Http } from './http.ts';

/** A request whose server was killed never ends: after this time the key can be used again. */
const GIVEN_UP = 120_000;

interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly keyring: Keyring;
}

interface Claim {
  readonly actor: string;
  readonly key: string;
  readonly fingerprint: Buffer;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while the request holds its idempotency key. */
    claim: Claim | undefined;
  }
}

/**
 * A POST that is sent twice with the same `Idempotency-Key` is carried out once; the second answer is the first one again. Answers
 * are kept encrypted, because some hold a token.
 */
export function honourIdempotencyKeys(http: Http, needs: Needs): void {
  http.decorateRequest('claim', undefined);
  http.addHook('preHandler', async (request, reply) => {
    const claim = readClaim(request);
    if (!claim) return;
    if (await insertKey(needs, claim)) request.claim = claim;
    else return replay(needs, claim, reply);
  });
  http.addHook('onSend', async (request, reply, payload) => {
    const { claim } = request;
    if (!claim) return payload;
    request.claim = undefined;
    if (reply.statusCode >= 500 || typeof payload !== 'string') await forgetKey(needs, claim);
    else await recordAnswer(needs, claim, { status: reply.statusCode, headers: headersOf(reply), payload });
    return payload;
  });
}

function readClaim(request: FastifyRequest): Claim | undefined {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || key === undefined) return undefined;
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(key)) throw problem('idempotency-key-invalid', { key });
  const actor = callerOf(request);
  const fingerprint = createHash('sha256')
    .update(`${request.url}\n${canonicalJson(request.body ?? null)}`)
    .digest();
  return { actor, key, fingerprint };
}

/**
 * A key is that of one session or token. An answer may hold what is for its caller alone, and keys may be guessed: so whoever acts as
 * somebody else has other keys than that one, and who shows a cookie or a key instead of a token has other keys than who does not.
 */
function callerOf({ authenticated, headers }: FastifyRequest): string {
  if (authenticated) {
    const { actor, session, token } = authenticated;
    return [actor.id, session ?? token, actor.impersonator?.id].filter((part) => part !== undefined).join(' ');
  }
  const shown = `${headers.authorization ?? ''}\n${headers.cookie ?? ''}`;
  return `anybody ${createHash('sha256').update(shown).digest('base64url')}`;
}

/** Whoever inserts the key carries the request out. */
async function insertKey({ store, clock }: Needs, { actor, key, fingerprint }: Claim): Promise<boolean> {
  const now = clock.now();
  const rows = await store.reader().execute<object[]>(
    `insert into kernel.idempotency_key as k (actor, key, fingerprint, created_at) values (?, ?, ?, ?)
     on conflict (actor, key) do update set created_at = excluded.created_at
       where k.status is null and k.fingerprint = excluded.fingerprint and k.created_at < ?
     returning key`,
    [actor, key, fingerprint, now, new Date(now.getTime() - GIVEN_UP)],
  );
  return rows.length > 0;
}

async function replay(needs: Needs, claim: Claim, reply: FastifyReply): Promise<FastifyReply> {
  const { actor, key, fingerprint } = claim;
  const found = await needs.store.reader().findOne(IdempotencyKey, { actor, key });
  if (found && !found.fingerprint.equals(fingerprint)) throw problem('idempotency-key-reused', { key });
  if (!found?.status || !found.response) throw problem('idempotency-key-in-progress', { key });
  const { headers, payload }: Answer = JSON.parse(needs.keyring.decrypt(found.response, context(claim)));
  return reply.code(found.status).headers(headers).header('idempotency-replayed', 'true').send(payload);
}

interface Answer {
  readonly headers: Readonly<Record<string, number | string | string[] | undefined>>;
  readonly payload: string;
}

/** These are about one exchange, not about what was answered. */
const OF_THE_EXCHANGE =
  /^(?:date|connection|keep-alive|transfer-encoding|content-length|vary|x-request-id|retry-after|ratelimit-.*|access-control-.*)$/;

function headersOf(reply: FastifyReply): Answer['headers'] {
  return Object.fromEntries(Object.entries(reply.getHeaders()).filter(([name]) => !OF_THE_EXCHANGE.test(name)));
}

async function recordAnswer(needs: Needs, claim: Claim, { status, ...answer }: Answer & { status: number }) {
  const { actor, key } = claim;
  const response = needs.keyring.encrypt(JSON.stringify(answer), context(claim));
  await needs.store.reader().nativeUpdate(IdempotencyKey, { actor, key }, { status, response });
}

async function forgetKey({ store }: Needs, { actor, key }: Claim): Promise<void> {
  await store.reader().nativeDelete(IdempotencyKey, { actor, key });
}

function context({ actor, key }: Claim): string {
  return `idempotency ${actor} ${key}`;
}
