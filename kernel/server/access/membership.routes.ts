import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Body, Instant, Nullable, PageOf, PageQuery, Param, pageRequest } from '../http/schemas.ts';
import { mapPage } from '../store/page.ts';
import type { Member, MembershipService } from './membership.service.ts';

export const membershipRoutes =
  (members: MembershipService): Routes =>
  (http) => {
    const tags = ['access'];
    const params = Param('tenant', 'account');

    http.get(
      '/v1/tenants/:tenant/members',
      {
        config: { permission: 'member.read' },
        schema: {
          summary: 'Who has access to a tenant',
          ...{ tags, params: Param('tenant'), querystring: PageQuery({}), response: answers(200, PageOf(MemberView)) },
        },
      },
      async ({ authenticated, params, query }) =>
        mapPage(await members.list(authenticated.actor, params.tenant, pageRequest(query)), viewMember),
    );

    http.put(
      '/v1/tenants/:tenant/members/:account',
      {
        config: { permission: 'member.manage' },
        schema: {
          summary: 'Change what somebody may do in a tenant',
          ...{ tags, params, body: Body(grantFields), response: answers(200, MemberView) },
        },
      },
      async ({ authenticated, params, body }) => viewMember(await members.change(authenticated.actor, params, body)),
    );

    http.delete(
      '/v1/tenants/:tenant/members/:account',
      {
        config: { permission: 'tenant.read' },
        schema: {
          summary: 'End somebody’s access to a tenant, or leave it',
          ...{ tags, params, response: answers(204, Type.Null()) },
        },
      },
      async ({ authenticated, params }, reply) => {
        await members.remove(authenticated.actor, params);
        return reply.code(204).send(null);
      },
    );
  };

export const RoleField = Type.Enum(['super_admin', 'reseller', 'customer', 'technical_user'], {
  description: 'super_admin in the hoster, reseller in a reseller, customer in a customer; technical_user in each.',
});

const Ids = (description: string) =>
  Type.Optional(Nullable(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 200, description })));

/** What somebody is given in a tenant. */
export const grantFields = {
  role: RoleField,
  apps: Ids('The only apps; of a technical_user. Null: all.'),
  actions: Ids(
    'The only permissions, as GET /v1/permissions lists them, or app.act:<action>; of a technical_user. Null: all of the role.',
  ),
};

const MemberView = Type.Object({
  account: Type.String(),
  email: Type.String(),
  name: Type.String(),
  role: Type.String(),
  apps: Nullable(Type.Array(Type.String())),
  actions: Nullable(Type.Array(Type.String())),
  createdAt: Instant,
});

function viewMember({ membership, account }: Member) {
  const { role, apps, actions, createdAt } = membership;
  return {
    ...{ account: account.id, email: account.email, name: account.name, role },
    ...{ apps: apps ?? null, actions: actions ?? null, createdAt: createdAt.toISOString() },
  };
}
