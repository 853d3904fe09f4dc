import { describe, expect, test } from 'vitest';
import { ADMIN, startTestServer } from '../testing/test-server.ts';

describe('API tokens', () => {
  test('of a tenant act as the tenant, are listed without their text, and can be taken back', async () => {
    const run = await startTestServer();
    const { id } = (await run.admin('POST', '/v1/tenants', { name: 'Ada' })).body;
    const { body: token } = await run.admin('POST', `/v1/tenants/${id}/tokens`, { name: 'deploy' });
    const caller = run.as(token.token);
    expect((await caller('GET', '/v1/session')).body).toMatchObject({
      account: null,
      roles: [{ tenant: id, role: 'customer' }],
    });
    const { body: list } = await caller('GET', `/v1/tenants/${id}/tokens`);
    expect(list.items).toMatchObject([
      { id: token.id, name: 'deploy', role: 'customer', lastUsedAt: expect.any(String) },
    ]);
    expect(JSON.stringify(list)).not.toContain(token.token);
    expect((await caller('DELETE', `/v1/tenants/${id}/tokens/${token.id}`)).status).toBe(204);
    expect((await caller('GET', '/v1/session')).status).toBe(401);
    expect((await run.admin('DELETE', `/v1/tenants/${id}/tokens/${token.id}`)).body.code).toBe('token-not-found');
  });

  test('end when they are told to', async () => {
    const run = await startTestServer();
    const { id } = (await run.admin('POST', '/v1/tenants', { name: 'Ada' })).body;
    const expiresAt = new Date(run.clock.now().getTime() + 60_000).toISOString();
    const { body } = await run.admin('POST', `/v1/tenants/${id}/tokens`, { name: 'x', expiresAt });
    expect(body.expiresAt).toBe(expiresAt);
    run.clock.advance(60_001);
    expect((await run.as(body.token)('GET', '/v1/session')).status).toBe(401);
    expect(
      (await run.admin('POST', `/v1/tenants/${id}/tokens`, { name: 'x', expiresAt: 'soon' })).body.errors[0].pointer,
    ).toBe('/expiresAt');
  });

  test.each(['Basic x', 'Bearer', 'Bearer a b', 'bearer', `Bearer ${'x'.repeat(500)}`])(
    'in the header %s are none',
    async (authorization) => {
      const { as } = await startTestServer();
      expect((await as(undefined)('GET', '/v1/session', undefined, { authorization })).body.code).toBe(
        'unauthenticated',
      );
    },
  );
});

describe('tenants', () => {
  test('form a tree: the hoster has resellers and customers, a reseller customers', async () => {
    const run = await startTestServer();
    const reseller = await run.newTenant('Reseller', { kind: 'reseller' });
    const made = await reseller.caller('POST', '/v1/tenants', { name: 'Ada' });
    expect(made).toMatchObject({ status: 201, body: { kind: 'customer', parent: reseller.id, slug: 'ada' } });
    expect((await reseller.caller('POST', '/v1/tenants', { name: 'x', kind: 'reseller' })).body.code).toBe(
      'tenant-parent-not-suitable',
    );
    expect((await run.admin('POST', '/v1/tenants', { name: 'x', parent: made.body.id })).body.code).toBe(
      'tenant-parent-not-suitable',
    );
    expect((await run.admin('POST', '/v1/tenants', { name: 'x', kind: 'hoster' })).status).toBe(422);
    const names = (await reseller.caller('GET', '/v1/tenants')).body.items.map(({ name }: { name: string }) => name);
    expect(names).toEqual(['Ada', 'Reseller']);
  });

  test('have short names of their own, made from the name unless given', async () => {
    const run = await startTestServer();
    const slug = async (body: object) => (await run.admin('POST', '/v1/tenants', body)).body;
    expect((await slug({ name: 'Bäckerei Müller & Söhne' })).slug).toBe('backerei-muller-sohne');
    expect((await slug({ name: 'Bäckerei Müller & Söhne' })).slug).toMatch(/^backerei-muller-sohne-[a-z0-9]{6}$/);
    expect((await slug({ name: '日本' })).slug).toMatch(/^tenant-[a-z0-9]{6}$/);
    expect((await slug({ name: 'x', slug: 'backerei-muller-sohne' })).code).toBe('tenant-slug-taken');
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => run.admin('POST', '/v1/tenants', { name: 'x', slug: 'race' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  test('are renamed by those above them, not by themselves', async () => {
    const run = await startTestServer();
    const { id, caller } = await run.newTenant('Ada');
    expect((await caller('PATCH', `/v1/tenants/${id}`, { name: 'Eve' })).body).toMatchObject({
      code: 'permission-denied',
      remedy: expect.stringContaining('reseller'),
    });
    expect((await run.admin('PATCH', `/v1/tenants/${id}`, { name: 'Eve' })).body.name).toBe('Eve');
    expect((await run.admin('GET', `/v1/audit?subject=${id}`)).body.items[0]).toMatchObject({
      action: 'tenant.change',
      before: { name: 'Ada' },
      after: { name: 'Eve' },
      actor: { name: ADMIN.email },
    });
  });

  test('see of the audit trail what concerns them', async () => {
    const run = await startTestServer();
    const ada = await run.newTenant('Ada');
    await run.newTenant('Bob');
    const actions = (await ada.caller('GET', '/v1/audit')).body.items.map(
      ({ action, tenant }: { action: string; tenant: string }) => `${action} ${tenant === ada.id}`,
    );
    expect(actions).toEqual(['token.create true', 'tenant.create true']);
    expect((await run.admin('GET', `/v1/audit?tenant=${ada.id}`)).body.items).toHaveLength(2);
  });

  test('are listed page by page, each once', async () => {
    const run = await startTestServer();
    for (const name of ['a', 'b', 'c', 'd', 'e']) await run.admin('POST', '/v1/tenants', { name });
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const { body }: { body: { items: { slug: string }[]; next: string | null } } = await run.admin(
        'GET',
        `/v1/tenants?limit=2${next && `&cursor=${next}`}`,
      );
      seen.push(...body.items.map(({ slug }) => slug));
      next = body.next;
    }
    expect(seen).toEqual(['e', 'd', 'c', 'b', 'a', 'hoster']);
    for (const cursor of ['x', 'AAAA', '%00', Buffer.from("' or 1=1").toString('base64url')])
      expect((await run.admin('GET', `/v1/tenants?cursor=${cursor}`)).status).toBe(422);
    for (const limit of ['0', '201', 'x', '1.5'])
      expect((await run.admin('GET', `/v1/tenants?limit=${limit}`)).status).toBe(422);
  });
});
