import { Line, Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Body, Instant, Nullable, PageOf, PageQuery, Param, pageRequest } from '../http/schemas.ts';
import type { Account } from '../store/entities/index.ts';
import { mapPage } from '../store/page.ts';
import { type AccountService, personOf } from './account.service.ts';
import { NewEmail, NewPassword } from './registration/registration.routes.ts';
import type { SecondFactors } from './second-factor/second-factor.service.ts';
import { placeOf } from './sessions/answer-grant.ts';
import { OwnSessionView, PasswordField, SignInView, viewSession, viewSignIn } from './sessions/session.schema.ts';
import type { SessionService } from './sessions/session.service.ts';
import type { SignInHistory } from './sessions/sign-in-history.ts';

interface Services {
  readonly accounts: AccountService;
  readonly sessions: SessionService;
  readonly history: SignInHistory;
}

/** What is one's own: for people who signed in. */
export const ownAccountRoutes =
  ({ accounts, sessions, history }: Services): Routes =>
  (http) => {
    const own = { config: { permission: 'own' } } as const;
    const tags = ['account'];

    http.get(
      '/v1/account',
      { ...own, schema: { summary: 'Your account', tags, response: answers(200, OwnAccountView) } },
      async ({ authenticated }) => viewOwn(await accounts.load(personOf(authenticated))),
    );

    http.patch(
      '/v1/account',
      {
        ...own,
        schema: { summary: 'Change your account', tags, body: AccountChange, response: answers(200, OwnAccountView) },
      },
      async ({ authenticated, body }) => {
        const person = personOf(authenticated);
        await accounts.change(person, body);
        return viewOwn(await accounts.load(person));
      },
    );

    http.post(
      '/v1/account/password',
      {
        config: { permission: 'own', limit: 'credentials' },
        schema: {
          summary: 'Change your password',
          description: 'Ends all other sessions.',
          ...{ tags, body: PasswordChange, response: answers(204, Type.Null()) },
        },
      },
      async (request, reply) => {
        await accounts.changePassword(personOf(request.authenticated), request.body, placeOf(request));
        return reply.code(204).send(null);
      },
    );

    http.post(
      '/v1/account/email',
      {
        config: { permission: 'own', limit: 'credentials' },
        schema: {
          summary: 'Change your e-mail address',
          description: 'It is changed when the token of the mail that goes there is given to POST /v1/verify-email.',
          ...{ tags, body: Body({ email: NewEmail }), response: answers(202, Type.Null()) },
        },
      },
      async ({ authenticated, body }, reply) => {
        await accounts.changeEmail(personOf(authenticated), body.email);
        return reply.code(202).send(null);
      },
    );

    http.get(
      '/v1/account/sessions',
      { ...own, schema: { summary: 'Where you are signed in', tags, response: answers(200, PageOf(OwnSessionView)) } },
      async ({ authenticated }) => {
        const { id, session } = personOf(authenticated);
        return { items: (await sessions.list(id)).map((one) => viewSession(one, session)), next: null };
      },
    );

    http.delete(
      '/v1/account/sessions',
      {
        ...own,
        schema: {
          summary: 'Sign out everywhere',
          ...{ tags, querystring: Everywhere, response: answers(200, Type.Object({ ended: Type.Integer() })) },
        },
      },
      async ({ authenticated, query }) => {
        const { actor, id, session } = personOf(authenticated);
        return { ended: await sessions.endOwn(actor, id, query.others ? session : undefined) };
      },
    );

    http.delete(
      '/v1/account/sessions/:session',
      {
        ...own,
        schema: { summary: 'End a session', tags, params: Param('session'), response: answers(204, Type.Null()) },
      },
      async ({ authenticated, params }, reply) => {
        const { actor, id } = personOf(authenticated);
        const found = await sessions.get(id, params.session);
        await sessions.end(found.id, 'ended', actor);
        return reply.code(204).send(null);
      },
    );

    http.get(
      '/v1/account/sign-ins',
      {
        ...own,
        schema: {
          summary: 'Who signed in to your account, or tried to',
          ...{ tags, querystring: PageQuery({}), response: answers(200, PageOf(SignInView)) },
        },
      },
      async ({ authenticated, query }) =>
        mapPage(await history.list(personOf(authenticated).id, pageRequest(query)), viewSignIn),
    );
  };

const Language = Nullable(Type.Enum(['en', 'de'], { description: 'Of mails. Null: that of the installation.' }));
const AccountChange = Body({
  name: Type.Optional(Line({ title: 'Name', minLength: 1, maxLength: 100 })),
  language: Type.Optional(Language),
});
const PasswordChange = Body({ current: PasswordField, password: NewPassword });
const Everywhere = Type.Object(
  { others: Type.Optional(Type.Boolean({ description: 'Whether to stay signed in here.' })) },
  { additionalProperties: false },
);

const OwnAccountView = Type.Object({
  id: Type.String(),
  email: Type.String(),
  emailVerified: Type.Boolean(),
  name: Type.String(),
  language: Nullable(Type.String()),
  hasPassword: Type.Boolean(),
  passwordChangedAt: Nullable(Instant),
  totp: Type.Boolean(),
  passkeys: Type.Integer(),
  recoveryCodes: Type.Integer({ description: 'That are left.' }),
  createdAt: Instant,
});

function viewOwn({ account, factors }: { account: Account; factors: SecondFactors }) {
  const { id, email, name, language, createdAt, passwordChangedAt } = account;
  return {
    ...{ id, email, name, language: language ?? null, ...factors },
    emailVerified: account.emailVerifiedAt != null,
    hasPassword: account.passwordHash != null,
    passwordChangedAt: passwordChangedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
