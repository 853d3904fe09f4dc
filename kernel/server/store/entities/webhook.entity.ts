import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { DeliveryId, WebhookId } from '../ids.ts';
import { Tenant } from './tenant.entity.ts';

/** Where a tenant is told what happens. */
export const Webhook = defineEntity({
  name: 'Webhook',
  tableName: 'webhook',
  schema: 'kernel',
  properties: {
    id: p.string().$type<WebhookId>().primary(),
    tenant: () => p.manyToOne(Tenant).fieldName('tenant'),
    url: p.string(),
    description: p.string(),
    types: p.array().$type<string[]>(),
    secret: p.blob().$type<Buffer>(),
    active: p.boolean(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});
export type Webhook = InferEntity<typeof Webhook>;

export type DeliveryState = 'pending' | 'delivered' | 'failed';

/** One event for one webhook. */
export const WebhookDelivery = defineEntity({
  name: 'WebhookDelivery',
  tableName: 'webhook_delivery',
  schema: 'kernel',
  properties: {
    id: p.string().$type<DeliveryId>().primary(),
    webhook: p.string().$type<WebhookId>(),
    tenant: () => p.manyToOne(Tenant).fieldName('tenant'),
    type: p.string(),
    body: p.json().$type<Readonly<Record<string, unknown>>>(),
    state: p.string().$type<DeliveryState>(),
    attempts: p.integer(),
    status: p.integer().nullable(),
    error: p.string().nullable(),
    createdAt: p.datetime(),
    attemptedAt: p.datetime().nullable(),
  },
});
export type WebhookDelivery = InferEntity<typeof WebhookDelivery>;
