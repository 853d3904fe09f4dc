import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Body, PageOf, PageQuery, Param } from '../http/schemas.ts';
import type { TenantId } from '../store/ids.ts';
import { mapPage } from '../store/page.ts';
import { Slug, TenantKindSchema, TenantName, TenantView, viewTenant } from './tenant.schema.ts';
import type { TenantService } from './tenant.service.ts';

export const tenantRoutes =
  (tenants: TenantService): Routes =>
  (http) => {
    http.get(
      '/v1/tenants',
      {
        config: { permission: 'tenant.read' },
        schema: {
          summary: 'The tenants you can see',
          tags: ['tenants'],
          querystring: TenantQuery,
          response: answers(200, PageOf(TenantView)),
        },
      },
      async ({ authenticated, query }) => {
        const { limit, cursor, parent, ...filter } = query;
        const wanted = { ...filter, ...(parent !== undefined && { parent: parent as TenantId }) };
        return mapPage(await tenants.list(authenticated.actor, wanted, { limit, cursor }), viewTenant);
      },
    );

    http.post(
      '/v1/tenants',
      {
        config: { permission: 'tenant.create' },
        schema: { summary: 'Make a tenant', tags: ['tenants'], body: NewTenant, response: answers(201, TenantView) },
      },
      async ({ authenticated, body }, reply) =>
        reply.code(201).send(viewTenant(await tenants.create(authenticated.actor, body))),
    );

    http.get(
      '/v1/tenants/:tenant',
      {
        config: { permission: 'tenant.read' },
        schema: {
          summary: 'One tenant',
          tags: ['tenants'],
          params: Param('tenant'),
          response: answers(200, TenantView),
        },
      },
      async ({ authenticated, params }) => viewTenant(await tenants.get(authenticated.actor, params.tenant)),
    );

    http.patch(
      '/v1/tenants/:tenant',
      {
        config: { permission: 'tenant.change' },
        schema: {
          summary: 'Rename a tenant',
          tags: ['tenants'],
          params: Param('tenant'),
          body: TenantChange,
          response: answers(200, TenantView),
        },
      },
      async ({ authenticated, params, body }) =>
        viewTenant(await tenants.change(authenticated.actor, params.tenant, body)),
    );
  };

const TenantQuery = PageQuery({
  kind: Type.Optional(TenantKindSchema),
  lifecycle: Type.Optional(Type.Enum(['present', 'removed', 'purging'])),
  parent: Type.Optional(Type.String({ maxLength: 100, description: 'Id of the tenant right above.' })),
  search: Type.Optional(Type.String({ minLength: 1, maxLength: 63, description: 'Beginning of the short name.' })),
});

const NewTenant = Body({
  name: TenantName,
  slug: Type.Optional(Slug),
  kind: Type.Optional(Type.Enum(['reseller', 'customer'])),
  parent: Type.Optional(Type.String({ description: 'Tenant above it. Left out: your own.' })),
});

const TenantChange = Body({ name: Type.Optional(TenantName), slug: Type.Optional(Slug) });
