import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Instant, Nullable, Param } from '../http/schemas.ts';
import type { LimitUsage, UsageService } from './usage.service.ts';

const tags = ['usage'];

export const usageRoutes =
  (usage: UsageService): Routes =>
  (http) => {
    http.get(
      '/v1/tenants/:tenant/entitlement',
      {
        config: { permission: 'usage.read' },
        schema: {
          summary: 'What a tenant may use',
          tags,
          params: Param('tenant'),
          response: answers(200, EntitlementView),
        },
      },
      async ({ authenticated, params }) => {
        const { limits, features } = await usage.loadEntitlement(authenticated.actor, params.tenant);
        return {
          limits: limits.map(({ limit: { id, title, unit }, most }) => ({ id, title, unit, limit: most })),
          features: features.map(({ feature: { id, title }, included }) => ({ id, title, included })),
        };
      },
    );

    http.get(
      '/v1/tenants/:tenant/usage',
      {
        config: { permission: 'usage.read' },
        schema: {
          summary: 'What a tenant and all below it use',
          tags,
          params: Param('tenant'),
          response: answers(200, Type.Object({ items: Type.Array(UsageView) })),
        },
      },
      async ({ authenticated, params }) => ({
        items: (await usage.loadUsage(authenticated.actor, params.tenant)).map(viewUsage),
      }),
    );

    http.get(
      '/v1/tenants/:tenant/usage/:limit',
      {
        config: { permission: 'usage.read' },
        schema: {
          summary: 'How the use of a limit went over time',
          tags,
          params: Param('tenant', 'limit'),
          querystring: SeriesQuery,
          response: answers(200, SeriesView),
        },
      },
      async ({ authenticated, params, query }) => {
        const wish = { subject: params.limit, ...query };
        return viewSeries(await usage.loadTenantSeries(authenticated.actor, params.tenant, wish));
      },
    );

    http.get(
      '/v1/apps/:app/usage',
      {
        config: { permission: 'app.read' },
        schema: {
          summary: 'What an app takes',
          tags,
          params: Param('app'),
          response: answers(200, Type.Object({ items: Type.Array(AppUsageView) })),
        },
      },
      async ({ authenticated, params }) => ({
        items: (await usage.loadOfApp(authenticated.actor, params.app)).map(({ limit, used }) => {
          const { id, title, unit, kind, period = null } = limit;
          return { id, title, unit, kind, period, used };
        }),
      }),
    );

    http.get(
      '/v1/apps/:app/usage/:limit',
      {
        config: { permission: 'app.read' },
        schema: {
          summary: 'How much an app took over time',
          tags,
          params: Param('app', 'limit'),
          querystring: SeriesQuery,
          response: answers(200, SeriesView),
        },
      },
      async ({ authenticated, params, query }) => {
        const wish = { subject: params.limit, ...query };
        return viewSeries(await usage.loadAppSeries(authenticated.actor, params.app, wish));
      },
    );
  };

const SeriesQuery = Type.Object(
  {
    step: Type.Enum(['hour', 'day'], { default: 'hour', description: 'Hours are kept for two weeks.' }),
    from: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601.' })),
    to: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601. Left out: now.' })),
  },
  { additionalProperties: false },
);

const SeriesView = Type.Object({
  items: Type.Array(Type.Object({ at: Instant, amount: Type.Integer() }), {
    description:
      'Where nothing has changed there is no point: the amount is the one before. With a period: what was added in the step.',
  }),
});

const measured = {
  id: Type.String(),
  title: Type.String(),
  unit: Type.String(),
  kind: Type.Enum(['total', 'each', 'measured']),
  period: Nullable(Type.Literal('month')),
  used: Type.Integer(),
};
const AppUsageView = Type.Object(measured);
const UsageView = Type.Object({
  ...measured,
  limit: Nullable(Type.Integer({ description: 'Null: as much as there is.' })),
  state: Type.Enum(['unlimited', 'free', 'near', 'full'], { description: 'Near: four fifths are used.' }),
});

const EntitlementView = Type.Object({
  limits: Type.Array(
    Type.Object({
      id: Type.String(),
      title: Type.String(),
      unit: Type.String(),
      limit: Nullable(Type.Integer({ description: 'Null: as much as there is.' })),
    }),
  ),
  features: Type.Array(
    Type.Object({
      id: Type.String(),
      title: Type.String(),
      included: Type.Unknown({ description: 'Null: all of it.' }),
    }),
  ),
});

function viewUsage({ limit, used, most }: LimitUsage) {
  const { id, title, unit, kind, period = null } = limit;
  return { id, title, unit, kind, period, used, limit: most, state: stateOf(used, most) };
}

function stateOf(used: number, most: number | null) {
  if (most === null) return 'unlimited' as const;
  if (used >= most) return 'full' as const;
  return used >= 0.8 * most ? ('near' as const) : ('free' as const);
}

function viewSeries(points: readonly { at: Date; amount: number }[]) {
  return { items: points.map(({ at, amount }) => ({ at: at.toISOString(), amount })) };
}
