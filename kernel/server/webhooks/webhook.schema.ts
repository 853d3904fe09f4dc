import { Line, Type } from '@freehold/sdk';
import { Body, Instant, Nullable } from '../http/schemas.ts';
import { form } from '../schema/form.ts';
import type { Webhook, WebhookDelivery } from '../store/entities/index.ts';

const Url = Type.String({
  minLength: 1,
  maxLength: 2_000,
  description: 'Where events are posted to: https://, and reachable from the internet.',
});
const Description = Line({ maxLength: 200, description: 'For people.' });
const Types = Type.Array(
  Type.String({
    maxLength: 100,
    pattern: '^[a-z0-9]+(?:[.-][a-z0-9]+)*$',
    ...form('Give the type of an event, such as app.created.'),
  }),
  {
    maxItems: 100,
    uniqueItems: true,
    description: 'Types of the events: app.created. Empty: all.',
  },
);
const Active = Type.Boolean({ description: 'Whether it is told of anything.' });

export const NewWebhook = Body({
  tenant: Type.Optional(Type.String({ maxLength: 100, description: 'Left out: your own.' })),
  url: Url,
  description: Type.Optional(Description),
  types: Type.Optional(Types),
  active: Type.Optional(Active),
});

export const WebhookChange = Body({
  url: Type.Optional(Url),
  description: Type.Optional(Description),
  types: Type.Optional(Types),
  active: Type.Optional(Active),
});

export const WebhookView = Type.Object({
  id: Type.String(),
  tenant: Type.String(),
  url: Url,
  description: Type.String(),
  types: Types,
  active: Active,
  createdAt: Instant,
  updatedAt: Instant,
});

export const WebhookWithSecretView = Type.Object({
  ...WebhookView.properties,
  secret: Type.String({
    description: 'What deliveries are signed with, as standardwebhooks.com says. Shown only here.',
  }),
});

export const State = Type.Enum(['pending', 'delivered', 'failed']);

export const DeliveryView = Type.Object({
  id: Type.String(),
  webhook: Type.String(),
  type: Type.String(),
  state: State,
  attempts: Type.Integer(),
  status: Nullable(Type.Integer({ description: 'Of the last answer.' })),
  error: Nullable(Type.String({ description: 'Why the last attempt failed.' })),
  createdAt: Instant,
  attemptedAt: Nullable(Instant),
});

export function viewWebhook({ id, tenant, url, description, types, active, createdAt, updatedAt }: Webhook) {
  const dates = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  return { id, tenant: tenant.id, url, description, types: [...types], active, ...dates };
}

export function viewDelivery(delivery: WebhookDelivery) {
  const { id, webhook, type, state, attempts, status, error, createdAt, attemptedAt } = delivery;
  return {
    ...{ id, webhook, type, state, attempts, status: status ?? null, error: error ?? null },
    createdAt: createdAt.toISOString(),
    attemptedAt: attemptedAt?.toISOString() ?? null,
  };
}
