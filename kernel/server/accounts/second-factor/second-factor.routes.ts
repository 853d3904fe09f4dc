import { Line, Type } from '@freehold/sdk';
import type { Routes } from '../../http/http.ts';
import { answers, Body, Instant, Nullable, PageOf, Param } from '../../http/schemas.ts';
import type { Passkey } from '../../store/entities/index.ts';
import type { Clock } from '../../time/clock.ts';
import { personOf } from '../account.service.ts';
import type { Authenticated } from '../authentication.service.ts';
import type { PasskeyService } from '../passkeys/passkey.service.ts';
import { assertRecent } from '../permissions.ts';
import { PasskeyStepView, StepToken } from '../sessions/session.schema.ts';
import type { SecondFactorService } from './second-factor.service.ts';

interface Services {
  readonly factors: SecondFactorService;
  readonly passkeys: PasskeyService;
  readonly clock: Clock;
}

/** The second factors of one's own account. Each change wants a fresh proof of who asks. */
export const secondFactorRoutes =
  ({ factors, passkeys, clock }: Services): Routes =>
  (http) => {
    const own = { config: { permission: 'own' } } as const;
    const tags = ['account'];
    const proved = (authenticated: Authenticated) => {
      const person = personOf(authenticated);
      assertRecent(person.actor, clock);
      return person;
    };

    http.post(
      '/v1/account/totp',
      {
        ...own,
        schema: {
          summary: 'Get a secret for an authenticator app',
          description: 'It counts when a code of it was given to POST /v1/account/totp/confirmation.',
          ...{ tags, body: Body({}), response: answers(201, SecretView) },
        },
      },
      async ({ authenticated }, reply) => {
        const { actor, id } = proved(authenticated);
        return reply.code(201).send(await factors.prepare(actor, id));
      },
    );

    http.post(
      '/v1/account/totp/confirmation',
      {
        ...own,
        schema: {
          summary: 'Confirm the authenticator app with a code',
          ...{ tags, body: Body({ code: Code }), response: answers(200, CodesView) },
        },
      },
      async ({ authenticated, body }) => {
        const { actor, id } = proved(authenticated);
        return viewCodes(await factors.confirm(actor, id, body.code));
      },
    );

    http.delete(
      '/v1/account/totp',
      { ...own, schema: { summary: 'Remove the authenticator app', tags, response: answers(204, Type.Null()) } },
      async ({ authenticated }, reply) => {
        const { actor, id } = proved(authenticated);
        await factors.remove(actor, id);
        return reply.code(204).send(null);
      },
    );

    http.post(
      '/v1/account/recovery-codes',
      {
        ...own,
        schema: {
          summary: 'Make new recovery codes',
          description: 'Those before are worth nothing any more. They are in this answer and nowhere else.',
          ...{ tags, body: Body({}), response: answers(201, CodesView) },
        },
      },
      async ({ authenticated }, reply) => {
        const { actor, id } = proved(authenticated);
        return reply.code(201).send(viewCodes(await factors.renewRecoveryCodes(actor, id)));
      },
    );

    http.get(
      '/v1/account/passkeys',
      { ...own, schema: { summary: 'Your passkeys', tags, response: answers(200, PageOf(PasskeyView)) } },
      async ({ authenticated }) => ({
        items: (await passkeys.list(personOf(authenticated).id)).map(viewPasskey),
        next: null,
      }),
    );

    http.post(
      '/v1/account/passkeys/options',
      {
        ...own,
        schema: {
          summary: 'Begin to register a passkey',
          ...{ tags, body: Body({}), response: answers(201, PasskeyStepView) },
        },
      },
      async ({ authenticated }, reply) => {
        const { actor, id } = proved(authenticated);
        const { token, expiresAt, options } = await passkeys.prepare(actor, id);
        return reply.code(201).send({ token, expiresAt: expiresAt.toISOString(), options: { ...options } });
      },
    );

    http.post(
      '/v1/account/passkeys',
      {
        ...own,
        schema: {
          summary: 'Register a passkey',
          ...{ tags, body: NewPasskey, response: answers(201, NewPasskeyView) },
        },
      },
      async ({ authenticated, body }, reply) => {
        const { actor, id } = proved(authenticated);
        const { passkey, recoveryCodes } = await passkeys.register(actor, id, body);
        return reply.code(201).send({ ...viewPasskey(passkey), ...viewCodes(recoveryCodes) });
      },
    );

    http.patch(
      '/v1/account/passkeys/:passkey',
      {
        ...own,
        schema: {
          summary: 'Rename a passkey',
          ...{ tags, params: Param('passkey'), body: Body({ name: Name }), response: answers(200, PasskeyView) },
        },
      },
      async ({ authenticated, params, body }) =>
        viewPasskey(await passkeys.rename(personOf(authenticated).id, params.passkey, body.name)),
    );

    http.delete(
      '/v1/account/passkeys/:passkey',
      {
        ...own,
        schema: { summary: 'Remove a passkey', tags, params: Param('passkey'), response: answers(204, Type.Null()) },
      },
      async ({ authenticated, params }, reply) => {
        const { actor, id } = proved(authenticated);
        await passkeys.remove(actor, id, params.passkey);
        return reply.code(204).send(null);
      },
    );
  };

const Name = Line({ title: 'Name', minLength: 1, maxLength: 100 });
const Code = Type.String({ minLength: 1, maxLength: 40 });
const NewPasskey = Body({ token: StepToken, name: Name, answer: Type.Record(Type.String(), Type.Unknown()) });

const SecretView = Type.Object({
  secret: Type.String({ description: 'To type, in base 32.' }),
  uri: Type.String({ description: 'otpauth://…, for an app on the same device.' }),
  qrCode: Type.String({ description: 'The same as a picture: a data URI of the type image/svg+xml.' }),
});
const CodesView = Type.Object({
  recoveryCodes: Nullable(
    Type.Array(Type.String(), {
      description: 'Each good once, when the second factor is lost. Null: those you have count.',
    }),
  ),
});
const PasskeyView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdAt: Instant,
  lastUsedAt: Nullable(Instant),
});
const NewPasskeyView = Type.Object({ ...PasskeyView.properties, ...CodesView.properties });

function viewCodes(codes: readonly string[] | undefined) {
  return { recoveryCodes: codes ? [...codes] : null };
}

function viewPasskey({ id, name, createdAt, lastUsedAt }: Passkey) {
  return { id, name, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null };
}
