import { Readable } from 'node:stream';
import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { AnyObject, answers, Body, Instant, Nullable, PageOf, PageQuery, pageRequest } from '../http/schemas.ts';
import type { AuditEntry } from '../store/entities/index.ts';
import { mapPage } from '../store/page.ts';
import type { AuditService } from './audit.service.ts';
import { type AuditFilter, auditFilterFields } from './audit-filter.ts';
import type { Verification } from './audit-verifier.ts';

const tags = ['audit'];

export const auditRoutes =
  (audit: AuditService): Routes =>
  (http) => {
    http.get(
      '/v1/audit',
      {
        config: { permission: 'audit.read' },
        schema: {
          ...{ summary: 'Who did what', tags },
          querystring: PageQuery(auditFilterFields),
          response: answers(200, PageOf(AuditView)),
        },
      },
      async ({ authenticated, query }) => {
        const { limit, cursor, ...filter } = query;
        return mapPage(await audit.list(authenticated.actor, filter, pageRequest({ limit, cursor })), viewEntry);
      },
    );

    http.get(
      '/v1/audit/export',
      {
        config: { permission: 'audit.read' },
        schema: {
          ...{ summary: 'The audit log as JSON lines, the oldest entry first', tags },
          querystring: Type.Object(auditFilterFields, { additionalProperties: false }),
          response: answers(200, JsonLines),
        },
      },
      async ({ authenticated, query }, reply) => {
        const lines = await begin(renderLines(audit.export(authenticated.actor, query as AuditFilter)));
        return reply.type('application/x-ndjson; charset=utf-8').send(Readable.from(lines, { objectMode: false }));
      },
    );

    http.post(
      '/v1/audit/verify',
      {
        config: { permission: 'audit.verify' },
        schema: {
          ...{ summary: 'Find out whether the audit log was changed', tags },
          body: VerifyRequest,
          response: answers(200, VerificationView),
        },
      },
      async ({ authenticated, body }) => {
        const { head } = body;
        const remembered = head && { number: head.number, link: Buffer.from(head.link, 'hex') };
        return viewVerification(await audit.verify(authenticated.actor, remembered));
      },
    );
  };

const JsonLines = {
  description: 'One entry in each line.',
  content: { 'application/x-ndjson': { schema: Type.String() } },
} as never;

const ActorName = Type.Object({
  kind: Type.Enum(['account', 'system', 'plugin']),
  id: Type.String(),
  name: Type.String(),
});

export const ActorView = Type.Object({
  ...ActorName.properties,
  impersonator: Type.Optional(ActorName),
  address: Type.Optional(Type.String({ description: 'IP address that it came from.' })),
  requestId: Type.Optional(Type.String()),
});

const Link = Type.String({
  pattern: '^[0-9a-f]{64}$',
  description: 'SHA-256 with the key of the installation, in hexadecimal.',
});
const Head = Body({ number: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), link: Link });

const AuditView = Type.Object({
  id: Type.String(),
  at: Instant,
  actor: ActorView,
  action: Type.String(),
  subject: Type.String(),
  tenant: Nullable(Type.String()),
  before: Nullable(AnyObject),
  after: Nullable(AnyObject),
  details: AnyObject,
  number: Nullable(Type.Integer({ description: 'Place in the chain; null in the moment after it was written.' })),
  link: Nullable(Type.String()),
});

const VerifyRequest = Body({ head: Type.Optional(Head) });

const VerificationView = Type.Object({
  intact: Type.Boolean(),
  entries: Type.Integer(),
  first: Type.Integer({ description: 'Place of the oldest entry; older ones were let go when their time was over.' }),
  head: Nullable(Type.Object({ number: Type.Integer(), link: Type.String() })),
  problems: Type.Array(
    Type.Object({
      kind: Type.Enum(['changed', 'missing', 'cut-off', 'other-chain', 'forged-checkpoint']),
      number: Type.Integer(),
      entry: Nullable(Type.String()),
      message: Type.String(),
    }),
  ),
});

function viewEntry(entry: AuditEntry) {
  const { id, at, actor, action, subject, tenant, before, after, details, number, link } = entry;
  return {
    ...{ id, at: at.toISOString(), actor, action, subject, tenant: tenant ?? null },
    ...{ before: toObject(before), after: toObject(after), details },
    ...{ number: number ?? null, link: link?.toString('hex') ?? null },
  };
}

/** What is no object is shown as one, so that programs need not tell them apart. */
function toObject(value: unknown): Record<string, unknown> | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : { value };
}

async function* renderLines(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  for await (const entry of entries) yield `${JSON.stringify(viewEntry(entry))}\n`;
}

/** Has the first line before the answer begins, so that who may not read it is told so. */
async function begin(lines: AsyncGenerator<string>): Promise<AsyncIterable<string>> {
  const first = await lines.next();
  return (async function* () {
    if (!first.done) yield first.value;
    yield* lines;
  })();
}

function viewVerification({ intact, entries, first, head, problems }: Verification) {
  const { number, link } = head;
  return {
    ...{ intact, entries, first, problems: [...problems] },
    head: number === 0 ? null : { number, link: link.toString('hex') },
  };
}
