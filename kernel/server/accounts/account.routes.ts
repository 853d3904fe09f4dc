import { Line, Type } from '@freehold/sdk';
import { invalid } from '../errors/problem.ts';
import type { Routes } from '../http/http.ts';
import { answers, Body, Instant, Nullable, PageOf, PageQuery, Param, pageRequest } from '../http/schemas.ts';
import type { ApiToken } from '../store/entities/index.ts';
import { mapPage } from '../store/page.ts';
import type { TokenService } from './token.service.ts';

export const tokenRoutes =
  (tokens: TokenService): Routes =>
  (http) => {
    http.get(
      '/v1/tenants/:tenant/tokens',
      {
        config: { permission: 'token.read' },
        schema: {
          summary: 'API tokens of a tenant',
          tags: ['tenants'],
          params: Param('tenant'),
          querystring: PageQuery({}),
          response: answers(200, PageOf(TokenView)),
        },
      },
      async ({ authenticated, params, query }) =>
        mapPage(await tokens.list(authenticated.actor, params.tenant, pageRequest(query)), viewToken),
    );

    http.post(
      '/v1/tenants/:tenant/tokens',
      {
        config: { permission: 'token.manage' },
        schema: {
          summary: 'Make an API token',
          description: 'The token itself is in this answer and nowhere else.',
          tags: ['tenants'],
          params: Param('tenant'),
          body: NewToken,
          response: answers(201, NewTokenView),
        },
      },
      async ({ authenticated, params, body }, reply) => {
        const wish = { ...body, expiresAt: readInstant(body.expiresAt) };
        const { token, text } = await tokens.create(authenticated.actor, params.tenant, wish);
        return reply.code(201).send({ ...viewToken(token), token: text });
      },
    );

    http.delete(
      '/v1/tenants/:tenant/tokens/:token',
      {
        config: { permission: 'token.manage' },
        schema: {
          summary: 'Take an API token back',
          tags: ['tenants'],
          params: Param('tenant', 'token'),
          response: answers(204, Type.Null()),
        },
      },
      async ({ authenticated, params }, reply) => {
        await tokens.remove(authenticated.actor, params.tenant, params.token);
        return reply.code(204).send(null);
      },
    );
  };

function Limit(description: string) {
  const item = Type.String({ minLength: 1, maxLength: 100 });
  return Type.Optional(
    Type.Array(item, { minItems: 1, maxItems: 200, description: `${description} Left out: no limit.` }),
  );
}

const NewToken = Body({
  name: Line({ title: 'Name', minLength: 1, maxLength: 100 }),
  expiresAt: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601. Left out: never.' })),
  permissions: Limit('The only permissions, as GET /v1/permissions lists them, or app.act:<action>.'),
  tenants: Limit('The only tenants, each with what is below it.'),
  apps: Limit('The only apps.'),
  addresses: Limit('The only addresses and networks it can be used from: 192.0.2.0/24, 2001:db8::/32.'),
});

const Limits = Nullable(Type.Array(Type.String()));

const TokenView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Nullable(Type.String()),
  permissions: Limits,
  tenants: Limits,
  apps: Limits,
  addresses: Limits,
  createdBy: Nullable(Type.String()),
  createdAt: Instant,
  expiresAt: Nullable(Instant),
  lastUsedAt: Nullable(Instant),
  lastUsedAddress: Nullable(Type.String()),
});
const NewTokenView = Type.Object({ ...TokenView.properties, token: Type.String() });

function viewToken(token: ApiToken) {
  const { id, name, role, permissions, tenants, apps, addresses, createdBy, createdAt, expiresAt, lastUsedAt } = token;
  return {
    ...{ id, name, role: role ?? null, createdBy: createdBy?.name ?? null },
    ...{ permissions: permissions ?? null, tenants: tenants ?? null, apps: apps ?? null, addresses: addresses ?? null },
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    lastUsedAddress: token.lastUsedAddress ?? null,
  };
}

function readInstant(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(date.getTime()))
    throw invalid([
      {
        pointer: '/expiresAt',
        rule: 'instant',
        message: 'This is no time.',
        remedy: 'Give it as 2030-01-31T12:00:00Z.',
        value: text,
      },
    ]);
  return date;
}
