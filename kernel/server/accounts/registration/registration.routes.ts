import { Line, Type } from '@freehold/sdk';
import type { Routes } from '../../http/http.ts';
import { answers, Body, Nullable } from '../../http/schemas.ts';
import { LONGEST_PASSWORD } from '../passwords/password-policy.ts';
import { placeOf } from '../sessions/answer-grant.ts';
import { EmailField, PasswordField, SessionView, viewGrant } from '../sessions/session.schema.ts';
import type { PasswordResetService } from './password-reset.service.ts';
import type { RegistrationService } from './registration.service.ts';

interface Services {
  readonly registrations: RegistrationService;
  readonly resets: PasswordResetService;
}

/** What people without a session do about their account. */
export const registrationRoutes =
  ({ registrations, resets }: Services): Routes =>
  (http) => {
    const open = { config: { permission: 'public', limit: 'credentials' } } as const;
    const tags = ['account'];

    http.post(
      '/v1/register',
      {
        ...open,
        schema: {
          summary: 'Make an account',
          description: 'The answer is the same for an address that has one. Whose it is, is told by mail.',
          ...{
            tags,
            security: [],
            body: NewAccount,
            response: answers(202, Type.Object({ verification: Verification })),
          },
        },
      },
      async (request, reply) => reply.code(202).send(await registrations.register(request.body, placeOf(request))),
    );

    http.post(
      '/v1/verify-email',
      {
        ...open,
        schema: {
          summary: 'Confirm an address with the token of a mail',
          description: 'A new account is made now, and signed in.',
          ...{ tags, security: [], body: MailToken, response: answers(200, VerifiedView) },
        },
      },
      async (request) => {
        const { token, password } = request.body;
        const { email, grant } = await registrations.verify({ token, password }, placeOf(request));
        return { email, session: grant ? viewGrant(grant) : null };
      },
    );

    http.post(
      '/v1/password-resets',
      {
        ...open,
        schema: {
          summary: 'Ask for a link to choose a new password',
          description: 'The answer is the same whether there is such an account or not.',
          ...{ tags, security: [], body: Body({ email: EmailField }), response: answers(202, Type.Null()) },
        },
      },
      async (request, reply) => {
        await resets.ask(request.body.email, placeOf(request));
        return reply.code(202).send(null);
      },
    );

    http.post(
      '/v1/password-resets/confirmation',
      {
        ...open,
        schema: {
          summary: 'Choose a new password with the token of a mail',
          description: 'Ends all sessions. Signing in asks for the second factor as always.',
          ...{ tags, security: [], body: Reset, response: answers(204, Type.Null()) },
        },
      },
      async (request, reply) => {
        await resets.reset(request.body, placeOf(request));
        return reply.code(204).send(null);
      },
    );
  };

const Token = Type.String({ minLength: 1, maxLength: 200 });
export const NewPassword = Type.String({ minLength: 1, maxLength: LONGEST_PASSWORD });
const Verification = Type.Boolean({ description: 'Whether the mail that was sent has to be read before signing in.' });
/** What can be in an address of the installation's mails, and in a header. */
export const NewEmail = Type.String({
  maxLength: 254,
  pattern: '^[^ @<>"(),:;\\\\\\u0000-\\u001f\\u007f]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*$',
  description: 'An e-mail address.',
});
const NewAccount = Body({
  email: NewEmail,
  name: Line({ title: 'Name', minLength: 1, maxLength: 100 }),
  password: NewPassword,
});
const MailToken = Body({
  token: Token,
  password: Type.Optional({ ...PasswordField, description: 'That was chosen when registering.' }),
});
const Reset = Body({ token: Token, password: NewPassword });
const VerifiedView = Type.Object({ email: Type.String(), session: Nullable(SessionView) });
