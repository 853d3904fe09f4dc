import { Line, Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Body, Instant, Param } from '../http/schemas.ts';
import type { ImpersonationService } from './impersonation.service.ts';

export const impersonationRoutes =
  (impersonations: ImpersonationService): Routes =>
  (http) => {
    http.post(
      '/v1/tenants/:tenant/members/:account/impersonation',
      {
        config: { permission: 'tenant.impersonate' },
        schema: {
          summary: 'Act as a member of a tenant for half an hour',
          description:
            'Gives an access token that cannot be refreshed. The person sees it in the history of the account.',
          tags: ['access'],
          params: Param('tenant', 'account'),
          body: Body({ reason: Line({ title: 'Reason', minLength: 1, maxLength: 200 }) }),
          response: answers(201, ImpersonationView),
        },
      },
      async ({ authenticated, params, body, headers }, reply) => {
        const wish = { ...params, reason: body.reason, userAgent: headers['user-agent'] };
        const { account, access } = await impersonations.begin(authenticated.actor, wish);
        return reply.code(201).send({
          ...{ token: access.text, expiresAt: access.expiresAt.toISOString() },
          ...{ account: account.id, email: account.email },
        });
      },
    );
  };

const ImpersonationView = Type.Object({
  token: Type.String({ description: 'For Authorization: Bearer.' }),
  expiresAt: Instant,
  account: Type.String(),
  email: Type.String(),
});
