import { Line, Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Body, Param } from '../http/schemas.ts';
import { TenantView, viewTenant } from './tenant.schema.ts';
import type { TenantRemovalService } from './tenant-removal.service.ts';
import type { TenantSuspensionService } from './tenant-suspension.service.ts';

interface Services {
  readonly suspensions: TenantSuspensionService;
  readonly removals: TenantRemovalService;
}

/** What happens to a tenant between its creation and its end. */
export const tenantLifeRoutes =
  ({ suspensions, removals }: Services): Routes =>
  (http) => {
    const shape = { tags: ['tenants'], params: Param('tenant'), response: answers(200, TenantView) };

    http.post(
      '/v1/tenants/:tenant/suspend',
      {
        config: { permission: 'tenant.suspend' },
        schema: {
          summary: 'Suspend a tenant and all below it: their apps are suspended on the nodes',
          description: 'Each reason stands for itself.',
          ...{ ...shape, body: Suspend },
        },
      },
      async ({ authenticated, params, body }) =>
        viewTenant(await suspensions.suspend(authenticated.actor, params.tenant, body)),
    );

    http.post(
      '/v1/tenants/:tenant/resume',
      {
        config: { permission: 'tenant.suspend' },
        schema: { summary: 'End a suspension of a tenant', ...shape, body: Body({ reason: Type.Optional(Reason) }) },
      },
      async ({ authenticated, params, body }) =>
        viewTenant(await suspensions.resume(authenticated.actor, params.tenant, body)),
    );

    http.delete(
      '/v1/tenants/:tenant',
      {
        config: { permission: 'tenant.remove' },
        schema: {
          summary: 'Remove a tenant, or with purge destroy one that was removed',
          description: 'It can be restored until its retention time is over.',
          ...{ ...shape, querystring: Body({ purge: Type.Boolean({ default: false }) }) },
        },
      },
      async ({ authenticated: { actor }, params, query }) =>
        viewTenant(await (query.purge ? removals.purge(actor, params.tenant) : removals.remove(actor, params.tenant))),
    );

    http.post(
      '/v1/tenants/:tenant/restore',
      {
        config: { permission: 'tenant.remove' },
        schema: { summary: 'Take a removed tenant back, with all it had', ...shape, body: Body({}) },
      },
      async ({ authenticated, params }) => viewTenant(await removals.restore(authenticated.actor, params.tenant)),
    );
  };

const Reason = Type.Enum(['billing', 'abuse', 'operator']);
const Suspend = Body({ reason: Reason, note: Type.Optional(Line({ maxLength: 500 })) });
