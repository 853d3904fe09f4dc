import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { MailId, TenantId } from '../ids.ts';

/** `inbox`: it was to go nowhere else, because there is no mail server. */
export type MailState = 'waiting' | 'inbox' | 'sent' | 'failed';

export const Mail = defineEntity({
  name: 'Mail',
  tableName: 'mail',
  schema: 'kernel',
  properties: {
    id: p.string().$type<MailId>().primary(),
    template: p.string(),
    recipient: p.string(),
    name: p.string().nullable(),
    language: p.string(),
    /** The tenant whose brand it has. */
    brand: p.string().$type<TenantId>().nullable(),
    subject: p.string(),
    /** Encrypted. Null once a mail server has taken it. */
    content: p.blob().$type<Buffer>().nullable().lazy(),
    state: p.string().$type<MailState>(),
    attempts: p.integer(),
    problem: p.string().nullable(),
    createdAt: p.datetime(),
    handledAt: p.datetime().nullable(),
  },
});
export type Mail = InferEntity<typeof Mail>;

/** How a hoster or reseller appears to its customers. What is null is as with the tenant above it. */
export const Brand = defineEntity({
  name: 'Brand',
  tableName: 'brand',
  schema: 'kernel',
  properties: {
    tenant: p.string().$type<TenantId>().primary(),
    name: p.string().nullable(),
    color: p.string().nullable(),
    logoUrl: p.string().nullable(),
    supportEmail: p.string().nullable(),
    sender: p.string().nullable(),
    footer: p.string().nullable(),
    updatedAt: p.datetime(),
  },
});
export type Brand = InferEntity<typeof Brand>;
