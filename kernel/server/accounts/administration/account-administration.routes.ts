import { Line, Type } from '@freehold/sdk';
import type { Routes } from '../../http/http.ts';
import { answers, Body, Instant, Nullable, PageOf, PageQuery, Param, pageRequest } from '../../http/schemas.ts';
import type { Account } from '../../store/entities/index.ts';
import { mapPage } from '../../store/page.ts';
import type { AccountAdministration } from './account-administration.service.ts';

/** The accounts of others. */
export const accountAdministrationRoutes =
  (accounts: AccountAdministration): Routes =>
  (http) => {
    const tags = ['accounts'];
    const params = Param('account');
    const read = { config: { permission: 'account.read' } } as const;
    const manage = { config: { permission: 'account.manage' } } as const;
    const response = answers(200, AdministeredView);

    http.get(
      '/v1/accounts',
      {
        ...read,
        schema: {
          summary: 'The accounts of the installation, the newest first',
          ...{ tags, querystring: AccountQuery, response: answers(200, PageOf(AdministeredView)) },
        },
      },
      async ({ authenticated, query }) => {
        const { search, ...page } = query;
        const filter = search === undefined ? {} : { search };
        return mapPage(await accounts.list(authenticated.actor, filter, pageRequest(page)), viewAdministered);
      },
    );

    http.get(
      '/v1/accounts/:account',
      { ...read, schema: { summary: 'One account', tags, params, response } },
      async ({ authenticated, params }) => viewAdministered(await accounts.get(authenticated.actor, params.account)),
    );

    http.post(
      '/v1/accounts/:account/block',
      {
        ...manage,
        schema: {
          summary: 'Block an account',
          description: 'Ends its sessions. Nobody signs in to it until it is unblocked.',
          ...{ tags, params, body: Body({ reason: Reason }), response },
        },
      },
      async ({ authenticated, params, body }) =>
        viewAdministered(await accounts.block(authenticated.actor, params.account, body.reason)),
    );

    http.post(
      '/v1/accounts/:account/unblock',
      { ...manage, schema: { summary: 'Unblock an account', tags, params, body: Body({}), response } },
      async ({ authenticated, params }) =>
        viewAdministered(await accounts.unblock(authenticated.actor, params.account)),
    );

    http.delete(
      '/v1/accounts/:account/sessions',
      {
        ...manage,
        schema: {
          summary: 'End all sessions of an account',
          ...{ tags, params, response: answers(200, Type.Object({ ended: Type.Integer() })) },
        },
      },
      async ({ authenticated, params }) => ({
        ended: await accounts.endSessions(authenticated.actor, params.account),
      }),
    );

    http.delete(
      '/v1/accounts/:account/second-factor',
      {
        ...manage,
        schema: {
          summary: 'Remove the second factor of an account whose owner has lost it',
          ...{ tags, params, response },
        },
      },
      async ({ authenticated, params }) =>
        viewAdministered(await accounts.removeSecondFactor(authenticated.actor, params.account)),
    );
  };

const Reason = Line({ title: 'Reason', minLength: 1, maxLength: 500 });
const AccountQuery = PageQuery({
  search: Type.Optional(Type.String({ minLength: 1, maxLength: 254, description: 'How the address begins.' })),
});

const AdministeredView = Type.Object({
  id: Type.String(),
  email: Type.String(),
  emailVerified: Type.Boolean(),
  name: Type.String(),
  blockedAt: Nullable(Instant),
  createdAt: Instant,
});

function viewAdministered({ id, email, emailVerifiedAt, name, blockedAt, createdAt }: Account) {
  return {
    ...{ id, email, emailVerified: emailVerifiedAt != null, name },
    blockedAt: blockedAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  };
}
