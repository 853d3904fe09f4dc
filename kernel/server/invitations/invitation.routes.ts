import { Line, Type } from '@freehold/sdk';
import { grantFields } from '../access/membership.routes.ts';
import { problem } from '../errors/problem.ts';
import type { Routes } from '../http/http.ts';
import { answers, Body, Instant, Nullable, PageOf, PageQuery, Param, pageRequest } from '../http/schemas.ts';
import { MailAddress } from '../mail/mail-address.ts';
import type { Invitation } from '../store/entities/index.ts';
import { mapPage } from '../store/page.ts';
import type { AcceptanceService, Accepted } from './acceptance.service.ts';
import type { InvitationService } from './invitation.service.ts';

interface Services {
  readonly invitations: InvitationService;
  readonly acceptance: AcceptanceService;
}

export const invitationRoutes =
  ({ invitations, acceptance }: Services): Routes =>
  (http) => {
    const tags = ['access'];

    http.get(
      '/v1/tenants/:tenant/invitations',
      {
        config: { permission: 'member.read' },
        schema: {
          summary: 'Who is invited to a tenant and has not answered',
          ...{
            tags,
            params: Param('tenant'),
            querystring: PageQuery({}),
            response: answers(200, PageOf(InvitationView)),
          },
        },
      },
      async ({ authenticated, params, query }) =>
        mapPage(await invitations.list(authenticated.actor, params.tenant, pageRequest(query)), view),
    );

    http.post(
      '/v1/tenants/:tenant/invitations',
      {
        config: { permission: 'member.manage' },
        schema: {
          summary: 'Invite somebody by mail to have access to a tenant',
          description: 'An invitation of the same address before it is replaced.',
          ...{ tags, params: Param('tenant'), body: NewInvitation, response: answers(201, InvitationView) },
        },
      },
      async ({ authenticated, params, body }, reply) =>
        reply.code(201).send(view(await invitations.create(authenticated.actor, params.tenant, body))),
    );

    http.delete(
      '/v1/tenants/:tenant/invitations/:invitation',
      {
        config: { permission: 'member.manage' },
        schema: {
          summary: 'Take an invitation back',
          ...{ tags, params: Param('tenant', 'invitation'), response: answers(204, Type.Null()) },
        },
      },
      async ({ authenticated, params }, reply) => {
        await invitations.remove(authenticated.actor, params);
        return reply.code(204).send(null);
      },
    );

    http.post(
      '/v1/invitations/acceptance',
      {
        config: { permission: 'public' },
        schema: {
          summary: 'Accept an invitation and make an account for it',
          description: 'With the token of the mail. Sign in afterwards.',
          ...{ tags, security: [], body: NewAccount, response: answers(201, AcceptedView) },
        },
      },
      async ({ body, ip }, reply) =>
        reply.code(201).send(viewAccepted(await acceptance.join({ ...body, address: ip }))),
    );

    http.post(
      '/v1/account/invitations',
      {
        config: { permission: 'own' },
        schema: {
          summary: 'Accept an invitation with the account that is signed in',
          ...{ tags, body: Body({ token: Token }), response: answers(201, AcceptedView) },
        },
      },
      async ({ authenticated, body }, reply) => {
        const { actor, account } = authenticated;
        if (!account) throw problem('person-needed', { actor: actor.name });
        return reply.code(201).send(viewAccepted(await acceptance.accept(actor, body.token)));
      },
    );
  };

const Token = Type.String({ minLength: 1, maxLength: 200 });
const NewInvitation = Body({ email: MailAddress(), ...grantFields });
const NewAccount = Body({
  token: Token,
  name: Line({ title: 'Name', minLength: 1, maxLength: 100 }),
  password: Type.String({ minLength: 1, maxLength: 1_000 }),
});

const InvitationView = Type.Object({
  id: Type.String(),
  email: Type.String(),
  role: Type.String(),
  apps: Nullable(Type.Array(Type.String())),
  actions: Nullable(Type.Array(Type.String())),
  invitedBy: Type.String(),
  createdAt: Instant,
  expiresAt: Instant,
});

const AcceptedView = Type.Object({
  account: Type.String(),
  email: Type.String(),
  tenant: Type.String(),
  tenantName: Type.String(),
  role: Type.String(),
});

function view({ id, email, role, apps, actions, invitedBy, createdAt, expiresAt }: Invitation) {
  return {
    ...{ id, email, role, apps: apps ?? null, actions: actions ?? null, invitedBy: invitedBy.name },
    ...{ createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() },
  };
}

function viewAccepted({ account, tenant, membership: { role } }: Accepted) {
  return { account: account.id, email: account.email, tenant: tenant.id, tenantName: tenant.name, role };
}
