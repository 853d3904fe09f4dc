import { expect, test } from 'vitest';
import type { TenantId } from '../store/ids.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { Mailer } from './mailer.ts';
import { sampleData } from './testing/sample-data.ts';

/** The tenant's mail as its reader would see it. */
async function readMailOf({ server, store, admin }: TestServer, tenant?: string) {
  const mail = { template: 'test', to: 'ada@freehold.test', data: sampleData.test } as const;
  await store.transaction((tx) =>
    server.get(Mailer).send(tx, { ...mail, ...(tenant && { tenant: tenant as TenantId }) }),
  );
  const { body } = await admin('GET', '/v1/mail?limit=1');
  return (await admin('GET', `/v1/mail/${body.items[0].id}`)).body;
}

test('mails have the brand of the nearest tenant above that has one, field by field', async () => {
  const run = await startTestServer();
  const { body: hoster } = await run.admin('GET', '/v1/tenants');
  const top = hoster.items.find(({ kind }: { kind: string }) => kind === 'hoster').id;
  const reseller = await run.newTenant('Reseller', { kind: 'reseller' });
  const customer = await run.newTenant('Ada', { parent: reseller.id });
  await run.admin('PUT', `/v1/tenants/${top}/brand`, {
    name: 'Big Hosting',
    color: '#ffd700',
    sender: 'panel@big.test',
  });
  const own = {
    name: 'Small Hosting',
    supportEmail: 'help@small.test',
    footer: 'Small Street 1',
    logoUrl: 'https://small.test/logo.png',
  };
  expect((await reseller.caller('PUT', `/v1/tenants/${reseller.id}/brand`, own)).body).toMatchObject({
    own,
    effective: { ...own, color: '#ffd700', sender: 'panel@big.test' },
  });
  const mail = await readMailOf(run, customer.id);
  expect(mail).toMatchObject({
    subject: 'Mails from Small Hosting arrive',
    from: { name: 'Small Hosting', address: 'panel@big.test' },
  });
  await reseller.caller('PUT', `/v1/tenants/${reseller.id}/brand`, own);
  expect(mail.text).toContain('Small Street 1\nQuestions? Write to help@small.test.');
  expect(mail.html).toContain('<img src="https://small.test/logo.png" alt="Small Hosting"');
  expect(mail.html).toContain('border-top:4px solid #ffd700');
  expect((await readMailOf(run)).subject).toBe('Mails from Big Hosting arrive');
  expect((await reseller.caller('DELETE', `/v1/tenants/${reseller.id}/brand`)).status).toBe(204);
  expect((await readMailOf(run, customer.id)).subject).toBe('Mails from Big Hosting arrive');
  const { body: audit } = await run.admin('GET', `/v1/audit?subject=${reseller.id}&action=brand.change`);
  expect(audit.items).toMatchObject([
    { before: { name: 'Small Hosting' }, after: null },
    { before: null, after: own },
  ]);
});

test('a mail has the brand also of a tenant that the same transaction makes, and whoever it is for', async () => {
  const run = await startTestServer();
  const { id } = await run.newTenant('Reseller', { kind: 'reseller' });
  await run.admin('PUT', `/v1/tenants/${id}/brand`, { name: 'Small Hosting' });
  await run.store.transaction(async (tx) => {
    await tx.execute(
      `insert into kernel.tenant (id, kind, name, slug, parent, path, created_at)
       select 'tnt_new', 'customer', 'New', 'new', id, path || 'tnt_new'::text, now() from kernel.tenant where id = ?`,
      [id],
    );
    await run.server
      .get(Mailer)
      .send(tx, { template: 'test', to: 'a@b.test', tenant: 'tnt_new' as TenantId, data: {} });
  });
  expect((await run.admin('GET', '/v1/mail')).body.items).toMatchObject([
    { subject: 'Mails from Small Hosting arrive' },
  ]);
});

test('only who runs the mail server says which address mails come from', async () => {
  const run = await startTestServer();
  const { id, caller } = await run.newTenant('Reseller', { kind: 'reseller' });
  expect((await caller('PUT', `/v1/tenants/${id}/brand`, { sender: 'boss@bank.test' })).status).toBe(403);
  await run.admin('PUT', `/v1/tenants/${id}/brand`, { sender: 'panel@small.test' });
  expect((await caller('PUT', `/v1/tenants/${id}/brand`, { sender: 'panel@small.test', name: 'Small' })).status).toBe(
    200,
  );
});

test('a customer has no brand and touches nobody’s; what would be markup or leads elsewhere is refused', async () => {
  const run = await startTestServer();
  const { id } = await run.newTenant('Reseller', { kind: 'reseller' });
  const customer = await run.newTenant('Ada', { parent: id });
  const foreign = await run.newTenant('Other', { kind: 'reseller' });
  const put = (who: typeof run.admin, tenant: string, body: object) => who('PUT', `/v1/tenants/${tenant}/brand`, body);
  expect((await put(run.admin, customer.id, { name: 'x' })).body.code).toBe('brand-not-for-customers');
  expect((await put(customer.caller, id, { name: 'x' })).status).toBe(403);
  expect((await put(customer.caller, customer.id, { name: 'x' })).status).toBe(403);
  expect((await put(foreign.caller, id, { name: 'x' })).status).toBe(404);
  expect((await foreign.caller('GET', `/v1/tenants/${id}/brand`)).status).toBe(404);
  for (const wrong of [
    { color: 'red;background:url(//x)' },
    { logoUrl: 'javascript:alert(1)' },
    { logoUrl: 'https://x.test/"><script>' },
    { name: 'a\r\nBcc: eve@evil.test' },
    { supportEmail: 'a@b.test, eve@evil.test' },
    { css: '' },
  ])
    expect((await put(run.admin, id, wrong)).status, JSON.stringify(wrong)).toBe(422);
});
