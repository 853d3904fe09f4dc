import { expect, test } from 'vitest';
import { compileSchema } from '../schema/compile-schema.ts';
import { startTestServer } from '../testing/test-server.ts';
import { MailPassword } from './mail-password.ts';
import { settingDefaults, settingSchemas } from './setting.schema.ts';
import { SettingService } from './setting.service.ts';

test.each(Object.entries(settingDefaults))('%s is by default what its schema allows', (key, value) => {
  const schema = settingSchemas[key as keyof typeof settingSchemas];
  expect(compileSchema(schema).validate(value).problems).toEqual([]);
});

test('settings are what they are by default, until somebody says otherwise', async () => {
  const { admin } = await startTestServer();
  const { body } = await admin('GET', '/v1/settings');
  expect(body).toEqual({ ...settingDefaults, mail: { ...settingDefaults.mail, passwordSet: false } });
  const { body: changed } = await admin('PATCH', '/v1/settings', {
    registration: 'open',
    corsOrigins: ['https://a.test'],
  });
  expect(changed).toEqual({ ...body, registration: 'open', corsOrigins: ['https://a.test'] });
  expect((await admin('PATCH', '/v1/settings', { registration: null, corsOrigins: null })).body).toEqual(body);
});

test('of a group the members that are given are changed', async () => {
  const { admin } = await startTestServer();
  await admin('PATCH', '/v1/settings', { mail: { host: 'mail.test', from: 'a@mail.test' } });
  const { body } = await admin('PATCH', '/v1/settings', {
    mail: { port: 25 },
    rateLimits: { account: { requests: 0, seconds: 60 } },
  });
  expect(body.mail).toEqual({
    ...settingDefaults.mail,
    host: 'mail.test',
    from: 'a@mail.test',
    port: 25,
    passwordSet: false,
  });
  expect(body.rateLimits).toEqual({ ...settingDefaults.rateLimits, account: { requests: 0, seconds: 60 } });
  expect((await admin('PATCH', '/v1/settings', { mail: null })).body.mail.host).toBe(null);
});

test('the password of the mail server can be set, is never shown, and is not in the database as it is', async () => {
  const { admin, server, store } = await startTestServer();
  const { body } = await admin('PATCH', '/v1/settings', { mail: { user: 'u', password: 'p4ssw0rd of mine' } });
  expect(body.mail).toMatchObject({ user: 'u', passwordSet: true });
  expect(JSON.stringify((await admin('GET', '/v1/settings')).body)).not.toContain('p4ssw0rd');
  const { rows } = await store.pool.query('select s::text from kernel.setting s');
  expect(JSON.stringify(rows)).not.toContain('p4ssw0rd');
  expect(await server.get(MailPassword).load()).toBe('p4ssw0rd of mine');
  expect((await admin('PATCH', '/v1/settings', { mail: { password: null } })).body.mail.passwordSet).toBe(false);
});

test.each<[object, number, string]>([
  [{ registration: 'sometimes' }, 422, '/registration'],
  [{ passwordMinLength: 7 }, 422, '/passwordMinLength'],
  [{ mail: { host: 'a b' } }, 422, '/mail/host'],
  [{ mail: { hostname: 'x' } }, 422, '/mail/hostname'],
  [{ mail: { from: 'Ada <a@b.test>' } }, 422, '/mail/from'],
  [{ corsOrigins: ['https://a.test/path'] }, 422, '/corsOrigins/0'],
  [{ nothing: 1 }, 422, '/nothing'],
  [{ __proto__: { verifyEmail: false } }, 200, ''],
])('%j is answered with %i', async (change, status, pointer) => {
  const { admin } = await startTestServer();
  const { body, ...answer } = await admin('PATCH', '/v1/settings', change);
  expect(answer.status, JSON.stringify(body)).toBe(status);
  if (pointer) expect(JSON.stringify(body.errors)).toContain(`"${pointer}"`);
});

test.each<[object, string]>([
  [{ mail: { host: 'mail.test' } }, 'mail.from'],
  [{ accessTokenSeconds: 3_600, refreshTokenSeconds: 300 }, 'access token'],
  [{ sessionFamilySeconds: 300 }, 'outlive'],
  [{ timeZone: 'Europe/Atlantis' }, 'Europe/Atlantis'],
])('%j does not fit with the rest, and nothing is changed', async (change, words) => {
  const { admin } = await startTestServer();
  const before = (await admin('GET', '/v1/settings')).body;
  const { status, body } = await admin('PATCH', '/v1/settings', change);
  expect([status, body.code]).toEqual([422, 'settings-do-not-fit']);
  expect(body.detail).toContain(words);
  expect((await admin('GET', '/v1/settings')).body).toEqual(before);
});

test('only a super administrator reads and changes them', async () => {
  const { newTenant } = await startTestServer();
  const { caller } = await newTenant('Reseller', { kind: 'reseller' });
  expect((await caller('GET', '/v1/settings')).status).toBe(403);
  expect((await caller('PATCH', '/v1/settings', { name: 'Mine' })).status).toBe(403);
});

test('the settings are known to every request without a question, and are new when they were changed', async () => {
  const run = await startTestServer();
  const settings = run.server.get(SettingService);
  expect((await settings.known()).name).toBe('Freehold');
  await run.admin('PATCH', '/v1/settings', { name: 'Example Hosting' });
  await run.server.foundation.notifications.flush();
  expect((await settings.known()).name).toBe('Example Hosting');
});
