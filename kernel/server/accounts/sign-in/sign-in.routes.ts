import { Type } from '@freehold/sdk';
import type { Reply, Request, Routes } from '../../http/http.ts';
import { answers, Body } from '../../http/schemas.ts';
import { answerGrant, placeOf } from '../sessions/answer-grant.ts';
import { assertSameOrigin } from '../sessions/browser-cookie.ts';
import {
  Credentials,
  PasskeyStepView,
  SecondStepView,
  SessionView,
  StepToken,
  viewSecondStep,
} from '../sessions/session.schema.ts';
import type { Credentials as Given, SignInService } from './sign-in.service.ts';

/** Ways into a session. */
export const signInRoutes =
  (signIn: SignInService): Routes =>
  (http) => {
    const tags = ['session'];
    const open = { config: { permission: 'public', limit: 'credentials' } } as const;
    const response = { ...answers(201, SessionView), ...answers(202, SecondStepView) };

    const begin = async (request: Request, reply: Reply, { given, browser }: { given: Given; browser: boolean }) => {
      if (browser) assertSameOrigin(request.headers);
      const answer = await signIn.signIn(given, { place: placeOf(request), browser });
      return 'session' in answer
        ? reply.code(201).send(answerGrant(request, reply, answer))
        : reply.code(202).send(viewSecondStep(answer));
    };

    http.post(
      '/v1/session',
      {
        ...open,
        schema: {
          summary: 'Sign in',
          description: 'Where the account has a second factor, the answer is 202 and says what else is to be shown.',
          ...{ tags, security: [], body: Credentials, response },
        },
      },
      async (request, reply) => begin(request, reply, { given: request.body, browser: false }),
    );

    http.post(
      '/v1/session/browser',
      {
        ...open,
        schema: {
          summary: 'Sign in with a browser',
          description:
            'Sets a cookie that no script can read and gives a key. POST /v1/session/refresh of the same browser says Authorization: Session <key>; the one is worth nothing without the other.',
          ...{ tags, security: [], body: Credentials, response },
        },
      },
      async (request, reply) => begin(request, reply, { given: request.body, browser: true }),
    );

    http.post(
      '/v1/session/second-factor',
      {
        ...open,
        schema: {
          summary: 'Show the second factor',
          ...{ tags, security: [], body: SecondStep, response: answers(201, SessionView) },
        },
      },
      async (request, reply) => {
        const grant = await signIn.takeSecondStep(request.body, placeOf(request));
        return reply.code(201).send(answerGrant(request, reply, grant));
      },
    );

    http.post(
      '/v1/session/passkey/options',
      {
        ...open,
        schema: {
          summary: 'Begin to sign in with a passkey',
          ...{ tags, security: [], body: PasskeyBegin, response: answers(201, PasskeyStepView) },
        },
      },
      async ({ body, headers }, reply) => {
        if (body.browser) assertSameOrigin(headers);
        const { token, expiresAt, options } = await signIn.offerPasskeySignIn(body.browser ?? false);
        return reply.code(201).send({ token, expiresAt: expiresAt.toISOString(), options });
      },
    );

    http.post(
      '/v1/session/passkey',
      {
        ...open,
        schema: {
          summary: 'Sign in with a passkey',
          ...{ tags, security: [], body: PasskeyEnd, response: answers(201, SessionView) },
        },
      },
      async (request, reply) => {
        const { token, answer } = request.body;
        const grant = await signIn.signInWithPasskey(token, answer, placeOf(request));
        return reply.code(201).send(answerGrant(request, reply, grant));
      },
    );
  };

/** What `navigator.credentials` gave, as JSON. */
const PasskeyAnswer = Type.Record(Type.String(), Type.Unknown());

const SecondStep = Body({
  token: StepToken,
  code: Type.Optional(Type.String({ minLength: 1, maxLength: 40, description: 'Of the app, or a recovery code.' })),
  passkey: Type.Optional(PasskeyAnswer),
});
const PasskeyBegin = Body({
  browser: Type.Optional(
    Type.Boolean({ description: 'Whether the session is to be that of a browser, in two halves.' }),
  ),
});
const PasskeyEnd = Body({ token: StepToken, answer: PasskeyAnswer });
