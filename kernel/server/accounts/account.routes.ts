import { Line, Type } from '@freehold/sdk';
import { invalid } from '../errors/problem.ts';
import type { Routes } from '../http/http.ts';
import { answers, Body, Instant, Nullable, PageOf, PageQuery, Param, pageRequest } from '../http/schemas.ts';
import type { Account, ApiToken } from '../store/entities/index.ts';
import { mapPage } from '../store/page.ts';
import type { AuthenticationService } from './authentication.service.ts';
import { findForgettingCookie } from './browser-session.ts';
import type { TokenService } from './token.service.ts';

export const sessionRoutes =
  (authentication: AuthenticationService): Routes =>
  (http) => {
    http.post(
      '/v1/session',
      {
        config: { permission: 'public' },
        schema: {
          summary: 'Sign in',
          tags: ['session'],
          security: [],
          body: Credentials,
          response: answers(201, SessionView),
        },
      },
      async ({ body }, reply) => {
        const { token, account, expiresAt } = await authentication.signIn(body);
        return reply.code(201).send({ token, account: viewAccount(account), expiresAt: expiresAt.toISOString() });
      },
    );

    http.get(
      '/v1/session',
      {
        config: { permission: 'own' },
        schema: { summary: 'Who you are', tags: ['session'], response: answers(200, WhoView) },
      },
      async ({ authenticated: { account, actor } }) => ({
        account: account ? viewAccount(account) : null,
        roles: actor.memberships.map(({ tenant, role }) => ({ tenant, role })),
      }),
    );

    http.delete(
      '/v1/session',
      {
        config: { permission: 'own' },
        schema: {
          summary: 'Sign out: the token is worth nothing any more',
          tags: ['session'],
          response: answers(204, Type.Null()),
        },
      },
      async ({ authenticated, headers }, reply) => {
        await authentication.signOut(authenticated.token);
        const cookie = findForgettingCookie(headers);
        if (cookie) reply.header('set-cookie', cookie);
        return reply.code(204).send(null);
      },
    );
  };

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
        const wish = { name: body.name, expiresAt: readInstant(body.expiresAt) };
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

export const Credentials = Body({
  email: Type.String({ minLength: 3, maxLength: 254 }),
  password: Type.String({ minLength: 1, maxLength: 1000 }),
});

export const AccountView = Type.Object({ id: Type.String(), email: Type.String(), name: Type.String() });
const SessionView = Type.Object({ token: Type.String(), account: AccountView, expiresAt: Instant });
const WhoView = Type.Object({
  account: Nullable(AccountView),
  roles: Type.Array(Type.Object({ tenant: Type.String(), role: Type.String() })),
});

const NewToken = Body({
  name: Line({ title: 'Name', minLength: 1, maxLength: 100 }),
  expiresAt: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601. Left out: never.' })),
});

const TokenView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Nullable(Type.String()),
  createdAt: Instant,
  expiresAt: Nullable(Instant),
  lastUsedAt: Nullable(Instant),
});
const NewTokenView = Type.Object({ ...TokenView.properties, token: Type.String() });

export function viewAccount({ id, email, name }: Account) {
  return { id, email, name };
}

function viewToken({ id, name, role, createdAt, expiresAt, lastUsedAt }: ApiToken) {
  return {
    id,
    name,
    role: role ?? null,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
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
