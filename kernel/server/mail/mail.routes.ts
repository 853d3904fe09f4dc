import { Type } from '@freehold/sdk';
import type { Routes } from '../http/http.ts';
import { answers, Body, Instant, Nullable, PageOf, PageQuery, Param, pageRequest } from '../http/schemas.ts';
import type { Mail } from '../store/entities/index.ts';
import { mapPage } from '../store/page.ts';
import type { MailService, ReadMail } from './mail.service.ts';
import { MailAddress } from './mail-address.ts';

const tags = ['mail'];

export const mailRoutes =
  (mails: MailService): Routes =>
  (http) => {
    http.get(
      '/v1/mail',
      {
        config: { permission: 'mail.read' },
        schema: {
          ...{ summary: 'The mails of the installation, the newest first', tags },
          querystring: MailQuery,
          response: answers(200, PageOf(MailView)),
        },
      },
      async ({ authenticated, query }) => {
        const { limit, cursor, ...filter } = query;
        return mapPage(await mails.list(authenticated.actor, filter, pageRequest({ limit, cursor })), viewMail);
      },
    );

    http.get(
      '/v1/mail/:mail',
      {
        config: { permission: 'mail.read' },
        schema: {
          summary: 'One mail with its text',
          tags,
          params: Param('mail'),
          response: answers(200, ReadMailView),
        },
      },
      async ({ authenticated, params }) => viewContent(await mails.read(authenticated.actor, params.mail)),
    );

    http.post(
      '/v1/mail/:mail/retry',
      {
        config: { permission: 'mail.manage' },
        schema: {
          ...{ summary: 'Try again to send a mail that was given up', tags },
          params: Param('mail'),
          body: Body({}),
          response: answers(200, MailView),
        },
      },
      async ({ authenticated, params }) => viewMail(await mails.retry(authenticated.actor, params.mail)),
    );

    http.post(
      '/v1/test-mails',
      {
        config: { permission: 'mail.manage' },
        schema: {
          summary: 'Send a mail to see that sending works',
          tags,
          body: TestMail,
          response: answers(202, Sent),
        },
      },
      async ({ authenticated, body }, reply) => {
        await mails.test(authenticated.actor, body.to);
        return reply.code(202).send({ to: body.to });
      },
    );
  };

const State = Type.Enum(['waiting', 'inbox', 'sent', 'failed'], {
  description: 'inbox: it goes nowhere else, because there is no mail server.',
});

const MailQuery = PageQuery({
  state: Type.Optional(State),
  template: Type.Optional(Type.String({ maxLength: 60 })),
  to: Type.Optional(Type.String({ maxLength: 254, description: 'The whole address.' })),
});

const MailView = Type.Object({
  id: Type.String(),
  template: Type.String(),
  to: Type.String(),
  name: Nullable(Type.String()),
  language: Type.String(),
  subject: Type.String(),
  state: State,
  attempts: Type.Integer(),
  problem: Nullable(Type.String({ description: 'What the mail server said the last time.' })),
  createdAt: Instant,
  handledAt: Nullable(Instant),
});

const Party = Type.Object({ name: Type.String(), address: Type.String() });

const ReadMailView = Type.Object({
  ...MailView.properties,
  from: Nullable(Party),
  text: Nullable(Type.String({ description: 'Null once a mail server has taken the mail.' })),
  html: Nullable(Type.String()),
});

const TestMail = Body({ to: MailAddress() });
const Sent = Type.Object({ to: Type.String() });

function viewMail({ recipient, createdAt, handledAt, ...mail }: Mail) {
  const { id, template, name, language, subject, state, attempts, problem } = mail;
  return {
    ...{
      id,
      template,
      to: recipient,
      name: name ?? null,
      language,
      subject,
      state,
      attempts,
      problem: problem ?? null,
    },
    ...{ createdAt: createdAt.toISOString(), handledAt: handledAt?.toISOString() ?? null },
  };
}

function viewContent({ mail, content }: ReadMail) {
  const from = content ? { name: content.brand.name, address: content.brand.sender } : null;
  return { ...viewMail(mail), from, text: content?.text ?? null, html: content?.html ?? null };
}
