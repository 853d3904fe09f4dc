import { Line, Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Body, Nullable, Param } from '../http/schemas.ts';
import type { BrandOfTenant, BrandService } from './brand.service.ts';
import { MailAddress } from './mail-address.ts';

const tags = ['tenants'];
const params = Param('tenant');

export const brandRoutes =
  (brands: BrandService): Routes =>
  (http) => {
    http.get(
      '/v1/tenants/:tenant/brand',
      {
        config: { permission: 'brand.read' },
        schema: { summary: 'How a tenant appears to its customers', tags, params, response: answers(200, BrandView) },
      },
      async ({ authenticated, params }) => viewBrand(await brands.get(authenticated.actor, params.tenant)),
    );

    http.put(
      '/v1/tenants/:tenant/brand',
      {
        config: { permission: 'brand.manage' },
        schema: { summary: 'Give a tenant a brand', tags, params, body: Brand, response: answers(200, BrandView) },
      },
      async ({ authenticated, params, body }) => viewBrand(await brands.set(authenticated.actor, params.tenant, body)),
    );

    http.delete(
      '/v1/tenants/:tenant/brand',
      {
        config: { permission: 'brand.manage' },
        schema: {
          summary: 'Let a tenant appear as the one above it',
          tags,
          params,
          response: answers(204, Type.Null()),
        },
      },
      async ({ authenticated, params }, reply) => {
        await brands.remove(authenticated.actor, params.tenant);
        return reply.code(204).send(null);
      },
    );
  };

const Color = Type.String({ pattern: '^#[0-9a-f]{6}$', description: 'Red, green and blue in hexadecimal: #1f6feb.' });
const LogoUrl = Type.String({
  maxLength: 500,
  pattern: '^https://[A-Za-z0-9._~:/?#@!$&*+,;=%-]+$',
  description: 'A picture that mail programs load. It begins with https://.',
});

const optional = {
  name: Type.Optional(Nullable(Line({ minLength: 1, maxLength: 60 }))),
  color: Type.Optional(Nullable(Color)),
  logoUrl: Type.Optional(Nullable(LogoUrl)),
  supportEmail: Type.Optional(Nullable(MailAddress())),
  sender: Type.Optional(Nullable(MailAddress())),
  footer: Type.Optional(Nullable(Line({ maxLength: 200 }))),
};

/** What is left out is as with the tenant above. */
const Brand = Body(optional);

const BrandView = Type.Object({
  own: Nullable(Type.Object(optional)),
  effective: Type.Object({
    name: Type.String(),
    color: Type.String(),
    logoUrl: Nullable(Type.String()),
    supportEmail: Nullable(Type.String()),
    sender: Type.String(),
    footer: Nullable(Type.String()),
  }),
});

function viewBrand({ own, effective }: BrandOfTenant) {
  return { own: own ?? null, effective };
}
