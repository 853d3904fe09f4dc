import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Body, PageOf, PageQuery, Param, pageRequest } from '../http/schemas.ts';
import { mapPage } from '../store/page.ts';
import {
  DeliveryView,
  NewWebhook,
  State,
  viewDelivery,
  viewWebhook,
  WebhookChange,
  WebhookView,
  WebhookWithSecretView,
} from './webhook.schema.ts';
import type { WebhookService } from './webhook.service.ts';

export const webhookRoutes =
  (webhooks: WebhookService): Routes =>
  (http) => {
    const tags = ['webhooks'];
    const params = Param('webhook');
    const reading = { permission: 'webhook.read' } as const;
    const managing = { permission: 'webhook.manage' } as const;

    http.get(
      '/v1/webhooks',
      {
        config: reading,
        schema: {
          summary: 'The webhooks you can see',
          tags,
          querystring: WebhookQuery,
          response: answers(200, PageOf(WebhookView)),
        },
      },
      async ({ authenticated, query }) => {
        const { limit, cursor, ...filter } = query;
        return mapPage(await webhooks.list(authenticated.actor, filter, pageRequest({ limit, cursor })), viewWebhook);
      },
    );

    http.post(
      '/v1/webhooks',
      {
        config: managing,
        schema: { summary: 'Make a webhook', tags, body: NewWebhook, response: answers(201, WebhookWithSecretView) },
      },
      async ({ authenticated, body }, reply) => {
        const { webhook, secret } = await webhooks.create(authenticated.actor, body);
        return reply.code(201).send({ ...viewWebhook(webhook), secret });
      },
    );

    http.get(
      '/v1/webhooks/:webhook',
      { config: reading, schema: { summary: 'One webhook', tags, params, response: answers(200, WebhookView) } },
      async ({ authenticated, params }) => viewWebhook(await webhooks.get(authenticated.actor, params.webhook)),
    );

    http.patch(
      '/v1/webhooks/:webhook',
      {
        config: managing,
        schema: { summary: 'Change a webhook', tags, params, body: WebhookChange, response: answers(200, WebhookView) },
      },
      async ({ authenticated, params, body }) =>
        viewWebhook(await webhooks.change(authenticated.actor, params.webhook, body)),
    );

    http.delete(
      '/v1/webhooks/:webhook',
      {
        config: managing,
        schema: { summary: 'Remove a webhook', tags, params, response: answers(204, Type.Null()) },
      },
      async ({ authenticated, params }, reply) => {
        await webhooks.remove(authenticated.actor, params.webhook);
        return reply.code(204).send(null);
      },
    );

    http.post(
      '/v1/webhooks/:webhook/secret',
      {
        config: managing,
        schema: {
          summary: 'Sign with a new secret from now on',
          tags,
          params,
          body: Body({}),
          response: answers(200, WebhookWithSecretView),
        },
      },
      async ({ authenticated, params }) => {
        const { webhook, secret } = await webhooks.renewSecret(authenticated.actor, params.webhook);
        return { ...viewWebhook(webhook), secret };
      },
    );

    http.post(
      '/v1/webhooks/:webhook/test',
      {
        config: managing,
        schema: {
          summary: 'Send a test',
          tags,
          params,
          body: Body({}),
          response: answers(201, DeliveryView),
        },
      },
      async ({ authenticated, params }, reply) =>
        reply.code(201).send(viewDelivery(await webhooks.test(authenticated.actor, params.webhook))),
    );

    http.get(
      '/v1/webhooks/:webhook/deliveries',
      {
        config: reading,
        schema: {
          summary: 'What was sent to a webhook',
          tags,
          params,
          querystring: PageQuery({ state: Type.Optional(State) }),
          response: answers(200, PageOf(DeliveryView)),
        },
      },
      async ({ authenticated: { actor }, params, query }) => {
        const { limit, cursor, ...filter } = query;
        const page = await webhooks.listDeliveries(actor, params.webhook, filter, pageRequest({ limit, cursor }));
        return mapPage(page, viewDelivery);
      },
    );

    http.post(
      '/v1/webhooks/:webhook/deliveries/:delivery/again',
      {
        config: managing,
        schema: {
          summary: 'Send something again',
          tags,
          params: Param('webhook', 'delivery'),
          body: Body({}),
          response: answers(201, DeliveryView),
        },
      },
      async ({ authenticated: { actor }, params }, reply) =>
        reply.code(201).send(viewDelivery(await webhooks.redeliver(actor, params.webhook, params.delivery))),
    );
  };

const WebhookQuery = PageQuery({
  tenant: Type.Optional(Type.String({ maxLength: 100 })),
  active: Type.Optional(Type.Boolean()),
});
