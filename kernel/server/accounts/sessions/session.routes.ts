import { Type } from '@freehold/sdk';
import { problem } from '../../errors/problem.ts';
import type { Routes } from '../../http/http.ts';
import { answers, Body, Instant, Nullable } from '../../http/schemas.ts';
import type { AccountService } from '../account.service.ts';
import { answerGrant, placeOf } from './answer-grant.ts';
import { assertSameOrigin, findForgettingCookie, findHalves } from './browser-cookie.ts';
import type { RefreshService } from './refresh.service.ts';
import { AccountView, SessionView, viewAccount } from './session.schema.ts';

interface Services {
  readonly refreshes: RefreshService;
  readonly accounts: AccountService;
}

/** Of a session that has begun. */
export const sessionRoutes =
  ({ refreshes, accounts }: Services): Routes =>
  (http) => {
    const tags = ['session'];

    http.get(
      '/v1/session',
      {
        config: { permission: 'own' },
        schema: { summary: 'Who you are', tags, response: answers(200, WhoView) },
      },
      async ({ authenticated: { account, actor } }) => ({
        account: account ? viewAccount(account) : null,
        roles: actor.memberships.map(({ tenant, role }) => ({ tenant, role })),
        session: actor.session ?? null,
        authenticatedAt: actor.authenticatedAt?.toISOString() ?? null,
        impersonator: actor.impersonator ? { id: actor.impersonator.id, name: actor.impersonator.name } : null,
      }),
    );

    http.delete(
      '/v1/session',
      {
        config: { permission: 'own' },
        schema: {
          summary: 'Sign out: the session is over, and an API token is worth nothing any more',
          tags,
          response: answers(204, Type.Null()),
        },
      },
      async ({ authenticated, headers }, reply) => {
        await accounts.signOut(authenticated);
        const cookie = findForgettingCookie(headers);
        if (cookie) reply.header('set-cookie', cookie);
        return reply.code(204).send(null);
      },
    );

    http.post(
      '/v1/session/refresh',
      {
        config: { permission: 'public' },
        schema: {
          summary: 'Go on with a session',
          description:
            'A refresh token is used once, and the answer has the next one. A browser sends no body: its refresh token is in the cookie, and it says Authorization: Session <key>.',
          tags,
          security: [],
          body: Body({ refreshToken: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })) }),
          response: answers(200, SessionView),
        },
      },
      async (request, reply) => {
        const { body, headers } = request;
        const halves = body.refreshToken === undefined ? findHalves(headers) : undefined;
        if (halves) assertSameOrigin(headers);
        const token = body.refreshToken ?? halves?.token;
        if (token === undefined) throw problem('session-over', { reason: 'there is no refresh token in the request' });
        return answerGrant(request, reply, await refreshes.refresh(token, halves?.key, placeOf(request)));
      },
    );

    http.post(
      '/v1/session/reauthentication',
      {
        config: { permission: 'own', limit: 'credentials' },
        schema: {
          summary: 'Prove again who you are',
          description: 'With the password, and a code where there is a second factor; or with a passkey alone.',
          tags,
          body: Proof,
          response: answers(200, SessionView),
        },
      },
      async (request, reply) =>
        answerGrant(
          request,
          reply,
          await accounts.reauthenticate(request.authenticated, request.body, placeOf(request)),
        ),
    );
  };

const WhoView = Type.Object({
  account: Nullable(AccountView),
  roles: Type.Array(Type.Object({ tenant: Type.String(), role: Type.String() })),
  session: Nullable(Type.String()),
  authenticatedAt: Nullable(Instant),
  impersonator: Nullable(Type.Object({ id: Type.String(), name: Type.String() })),
});

const Proof = Body({
  password: Type.Optional(Type.String({ minLength: 1, maxLength: 1000 })),
  code: Type.Optional(Type.String({ minLength: 1, maxLength: 40, description: 'Of the app, or a recovery code.' })),
  passkey: Type.Optional(
    Body({
      token: Type.String({ minLength: 1, maxLength: 200 }),
      answer: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
});
