import { expect, test } from 'vitest';
import { JobRunner } from '../jobs/job-runner.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import type { MailTemplate } from './mail-data.ts';
import { MailDelivery } from './mail-delivery.ts';
import { Mailer, type OutgoingMail } from './mailer.ts';
import { type MailSink, startMailSink } from './testing/mail-sink.ts';
import { sampleData } from './testing/sample-data.ts';

const templates = Object.keys(sampleData) as MailTemplate[];
const languages = ['en', 'de'] as const;

/** Mails go to the sink. */
async function useSink({ admin }: TestServer, sink: MailSink, more: object = {}): Promise<void> {
  const mail = { host: '127.0.0.1', port: sink.port, secure: 'none', from: 'panel@freehold.test', ...more };
  const { status, body } = await admin('PATCH', '/v1/settings', { publicUrl: 'https://panel.freehold.test/', mail });
  expect(status, JSON.stringify(body)).toBe(200);
}

function send({ server, store }: TestServer, mail: Partial<OutgoingMail> = {}): Promise<void> {
  const whole = { template: 'test', to: 'ada@freehold.test', data: {}, ...mail } as OutgoingMail;
  return store.transaction((tx) => server.get(Mailer).send(tx, whole));
}

const runDue = ({ server }: TestServer) => server.get(JobRunner).runDue();
const list = async ({ admin }: TestServer, query = '') => (await admin('GET', `/v1/mail${query}`)).body.items;
const readable = (html: string) =>
  html
    .replace(/<(?:style|title)[^>]*>[\s\S]*?<\/(?:style|title)>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&(?:amp|lt|gt|quot|#39|#x3D|#x27);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ');
const ENTITIES: Record<string, string> = {
  ...{ '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' },
  ...{ '&#39;': "'", '&#x27;': "'", '&#x3D;': '=' },
};

test('every mail exists as text and HTML, in English and German, and is read from a mail server', async () => {
  const run = await startTestServer();
  await using sink = await startMailSink();
  await useSink(run, sink, { user: 'freehold', password: 'mail-password' });
  await run.admin('PATCH', '/v1/settings', { supportEmail: 'help@freehold.test' });
  for (const template of templates)
    for (const language of languages)
      await send(run, {
        template,
        language,
        name: 'Ada Lovelace',
        data: sampleData[template],
        to: `${template}@${language}.test`,
      });
  await runDue(run);
  expect(sink.received).toHaveLength(templates.length * languages.length);
  expect(new Set(sink.credentials)).toEqual(new Set(['freehold:mail-password']));
  const found = (template: string, language: string) => {
    const one = sink.received.find(({ to }) => to[0] === `${template}@${language}.test`);
    expect(one, `${template} ${language}`).toBeDefined();
    return one as (typeof sink.received)[number];
  };
  for (const template of templates) {
    const [english, german] = languages.map((language) => found(template, language));
    expect(english?.mail.subject).not.toBe(german?.mail.subject);
    for (const [language, received] of [
      ['en', english],
      ['de', german],
    ] as const)
      checkMail(template, language, received);
  }
  expect((await list(run, '?limit=200')).map(({ state }: { state: string }) => state)).toEqual(
    Array(templates.length * 2).fill('sent'),
  );
});

function checkMail(template: MailTemplate, language: string, received: MailSink['received'][number] | undefined): void {
  const { mail, from, raw } = received as MailSink['received'][number];
  const { text = '', html = '', headers } = mail;
  const title = `${template} ${language}`;
  expect(from, title).toBe('panel@freehold.test');
  expect(mail.from, title).toMatchObject({ name: 'Freehold', address: 'panel@freehold.test' });
  expect(mail.replyTo?.[0]?.address, title).toBe('help@freehold.test');
  expect(mail.messageId, title).toMatch(/^<mai_[a-z0-9]+@freehold\.test>$/);
  expect(headers.find(({ key }) => key === 'auto-submitted')?.value, title).toBe('auto-generated');
  expect(html, title).toContain(`<html lang="${language}">`);
  expect(text, title).toMatch(language === 'en' ? /^Hello/ : /^Guten Tag/);
  expect(text, title).toContain(language === 'en' ? 'written by a program' : 'von einem Programm geschrieben');
  // What the text says the HTML says too, and nothing was left to fill in.
  const seen = readable(html);
  for (const line of text.split('\n').map((one) => one.trim().replace(/:$/, '')))
    if (line !== '--') for (const word of line.split(' ')) expect(seen, title).toContain(word.replace(/[:.,]$/, ''));
  expect(`${text}${seen}${mail.subject}`, title).not.toMatch(/\{\{|undefined|null|\[object|NaN/);
  expect(raw, title).not.toMatch(/<script|javascript:/i);
  if ('token' in sampleData[template]) expect(text, title).toContain('https://panel.freehold.test/');
  if ('token' in sampleData[template]) expect(text, title).toMatch(/#token=q7Zt0a$/m);
  if ('at' in sampleData[template]) expect(text, title).toMatch(language === 'en' ? /9 March 2026/ : /9\. März 2026/);
}

test('what people wrote is shown as they wrote it, and is never markup', async () => {
  const run = await startTestServer();
  await using sink = await startMailSink();
  await useSink(run, sink);
  const inviter = '<img src=x onerror=alert(1)>\r\nBcc: eve@freehold.test';
  await send(run, {
    template: 'invitation',
    data: { ...sampleData.invitation, inviter, tenantName: '{{link}}' },
    name: 'A\nB: <c>',
  });
  await runDue(run);
  const [{ mail, to, raw } = { mail: { html: '' }, to: [], raw: '' }] = sink.received;
  expect(mail.html).not.toContain('<img');
  expect(mail.html).toContain('&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt; Bcc: eve@freehold.test');
  expect(mail.html).toContain('{{link}}');
  expect(to).toEqual(['ada@freehold.test']);
  expect(raw).not.toMatch(/^(?:Bcc|B):/m);
});

test('an address that nobody has confirmed gets no text of whoever asked for it', async () => {
  const run = await startTestServer();
  await send(run, { template: 'verify-email', data: sampleData['verify-email'], name: 'Win at evil.test' });
  const [{ id }] = await list(run);
  const { body } = await run.admin('GET', `/v1/mail/${id}`);
  expect(JSON.stringify(body)).not.toContain('evil.test');
});

test('without a mail server mails stay in the inbox, where an administrator reads them, on record', async () => {
  const run = await startTestServer();
  await send(run, { template: 'reset-password', data: sampleData['reset-password'], name: 'Ada' });
  expect(await list(run)).toMatchObject([
    { state: 'waiting', to: 'ada@freehold.test', subject: 'Choose a new password' },
  ]);
  await runDue(run);
  const [{ id, state }] = await list(run, '?state=inbox&to=ADA@freehold.test&template=reset-password');
  expect(state).toBe('inbox');
  const { body } = await run.admin('GET', `/v1/mail/${id}`);
  expect(body.text).toContain('http://127.0.0.1:8600/reset-password#token=q7Zt0a');
  expect(body).toMatchObject({
    from: { name: 'Freehold', address: 'freehold@localhost' },
    html: expect.stringContaining('Ada'),
  });
  const { body: audit } = await run.admin('GET', `/v1/audit?subject=${id}`);
  expect(audit.items).toMatchObject([{ action: 'mail.read', details: { recipient: 'ada@freehold.test' } }]);
  const { rows } = await run.store.pool.query('select m::text from kernel.mail m');
  expect(JSON.stringify(rows)).not.toContain('q7Zt0a');
});

test('a mail that has left is known of, and its text is gone', async () => {
  const run = await startTestServer();
  await using sink = await startMailSink();
  await useSink(run, sink);
  await send(run);
  await runDue(run);
  const [{ id }] = await list(run);
  expect((await run.admin('GET', `/v1/mail/${id}`)).body).toMatchObject({
    state: 'sent',
    attempts: 1,
    text: null,
    html: null,
  });
});

test('nothing is sent of a transaction that is not committed', async () => {
  const run = await startTestServer();
  const work = run.store.transaction(async (tx) => {
    await run.server.get(Mailer).send(tx, { template: 'test', to: 'ada@freehold.test', data: {} });
    throw new Error('no');
  });
  await expect(work).rejects.toThrow('no');
  expect(await list(run)).toEqual([]);
  const { rowCount } = await run.store.pool.query('select 1 from graphile_worker._private_jobs');
  expect(rowCount).toBe(0);
});

test('a mail that the server does not take now is tried again; one that it never takes is given up, and can be sent again', async () => {
  const run = await startTestServer();
  const answers = [450, 550];
  await using sink = await startMailSink({
    onRcptTo(_address, _session, done) {
      const responseCode = answers.shift();
      done(responseCode ? Object.assign(new Error('not now'), { responseCode }) : null);
    },
  });
  await useSink(run, sink);
  await send(run);
  const [{ id }] = await list(run);
  const deliver = () => run.server.get(MailDelivery).deliver(id);
  await expect(deliver()).rejects.toThrow('not now');
  expect(await list(run)).toMatchObject([{ state: 'waiting', attempts: 1, problem: expect.stringContaining('450') }]);
  expect((await run.admin('POST', `/v1/mail/${id}/retry`)).body.code).toBe('mail-not-failed');
  await deliver();
  expect(await list(run)).toMatchObject([{ state: 'failed', attempts: 2, problem: expect.stringContaining('550') }]);
  expect((await run.admin('POST', `/v1/mail/${id}/retry`)).body).toMatchObject({ state: 'waiting' });
  await runDue(run);
  expect(await list(run)).toMatchObject([{ state: 'sent', problem: null }]);
  expect(sink.received).toHaveLength(1);
  await deliver();
  expect(sink.received).toHaveLength(1);
});

test('a server that cannot speak TLS gets no mail that asks for it', async () => {
  const run = await startTestServer();
  await using sink = await startMailSink();
  await useSink(run, sink, { secure: 'starttls' });
  await send(run);
  const [{ id }] = await list(run);
  await expect(run.server.get(MailDelivery).deliver(id)).rejects.toThrow(/STARTTLS|TLS/i);
  expect(sink.received).toEqual([]);
});

test.each(['starttls', 'tls'])(
  'a server whose certificate nobody vouches for gets no mail, and no password: %s',
  async (secure) => {
    const run = await startTestServer();
    await using sink = await startMailSink({ disabledCommands: [], secure: secure === 'tls' });
    await useSink(run, sink, { secure, user: 'freehold', password: 'mail-password' });
    await send(run);
    const [{ id }] = await list(run);
    await expect(run.server.get(MailDelivery).deliver(id)).rejects.toThrow(/certificate/i);
    expect([sink.received, sink.credentials]).toEqual([[], []]);
    expect(await list(run)).toMatchObject([{ state: 'waiting', problem: expect.stringMatching(/certificate/i) }]);
  },
);

test('mails are forgotten after the time that the settings say', async () => {
  const run = await startTestServer();
  await send(run);
  await runDue(run);
  await send(run);
  run.clock.advance(31 * 86_400_000);
  await run.server.get(MailDelivery).clean();
  expect(await list(run)).toMatchObject([{ state: 'waiting' }]);
});

test('an administrator can try whether sending works, and nobody else', async () => {
  const run = await startTestServer();
  const { caller } = await run.newTenant('Ada');
  expect((await run.admin('POST', '/v1/test-mails', { to: 'ada@freehold.test' })).status).toBe(202);
  expect(await list(run)).toMatchObject([{ template: 'test' }]);
  expect((await caller('POST', '/v1/test-mails', { to: 'ada@freehold.test' })).status).toBe(403);
  expect((await caller('GET', '/v1/mail')).status).toBe(403);
  expect((await run.admin('POST', '/v1/test-mails', { to: 'a@b\r\nc: d' })).status).toBe(422);
  expect((await run.admin('GET', '/v1/mail/mai_none')).body.code).toBe('mail-not-found');
});
