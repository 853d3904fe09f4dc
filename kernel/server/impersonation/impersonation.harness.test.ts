import { describe, expect, test } from 'vitest';
import { addPerson, type Person } from '../testing/people.ts';
import { startReadyServer, type TestServer } from '../testing/test-server.ts';

async function threeLevels(run: TestServer) {
  const seller = await run.newTenant('Seller', { kind: 'reseller' });
  const { body: ada } = await seller.caller('POST', '/v1/tenants', { name: 'Ada' });
  const { body: hoster } = await run.admin('GET', '/v1/tenants');
  const root = hoster.items.find(({ kind }: { kind: string }) => kind === 'hoster').id as string;
  return {
    ...{ root, seller, ada },
    boss: await addPerson(run, { tenant: root, email: 'boss@example.test', role: 'super_admin' }),
    reseller: await addPerson(run, { tenant: seller.id, email: 'seller@example.test', role: 'reseller' }),
    customer: await addPerson(run, { tenant: ada.id, email: 'ada@example.test' }),
  };
}

const begin = (who: Person, tenant: string, whom: Person) =>
  who.caller('POST', `/v1/tenants/${tenant}/members/${whom.id}/impersonation`, { reason: 'ticket 17' });

describe('acting as somebody else', () => {
  test('does what they may do, is on record as both, and ends after half an hour', async () => {
    const run = await startReadyServer();
    const { ada, reseller, customer } = await threeLevels(run);
    const { status, body } = await begin(reseller, ada.id, customer);
    expect(status).toBe(201);
    const acting = run.as(body.token);
    const made = await acting('POST', '/v1/apps', { type: 'note', name: 'made', spec: {} });
    expect(made).toMatchObject({ status: 201, body: { tenant: ada.id } });
    const [entry] = (await run.admin('GET', `/v1/audit?subject=${made.body.id}`)).body.items;
    expect(entry.actor).toMatchObject({
      id: customer.id,
      name: customer.email,
      impersonator: { id: reseller.id, name: reseller.email },
    });
    const { items } = (await customer.caller('GET', '/v1/account/sign-ins')).body;
    expect(items[0]).toMatchObject({ outcome: 'impersonated' });
    expect(JSON.stringify(items[0])).toContain(reseller.email);
    run.clock.advance(30 * 60_000);
    expect((await acting('GET', '/v1/apps')).status).toBe(401);
  });

  test('ends with the session of whoever acts', async () => {
    const run = await startReadyServer();
    const { ada, reseller, customer } = await threeLevels(run);
    const { body } = await begin(reseller, ada.id, customer);
    await reseller.caller('DELETE', '/v1/session');
    expect((await run.as(body.token)('GET', '/v1/apps')).status).toBe(401);
    expect((await customer.caller('GET', '/v1/apps')).status).toBe(200);
  });

  test('goes never upward, sideways or to oneself', async () => {
    const run = await startReadyServer();
    const { root, seller, ada, boss, reseller, customer } = await threeLevels(run);
    const colleague = await addPerson(run, { tenant: seller.id, email: 'colleague@example.test', role: 'reseller' });
    const helper = await addPerson(run, { tenant: ada.id, email: 'helper@example.test', role: 'technical_user' });
    expect((await begin(reseller, root, boss)).status).toBe(404);
    expect((await begin(reseller, seller.id, colleague)).body.code).toBe('impersonation-refused');
    expect((await begin(reseller, seller.id, reseller)).body.code).toBe('impersonation-refused');
    expect((await begin(boss, root, boss)).body.code).toBe('impersonation-refused');
    expect((await begin(customer, ada.id, helper)).status).toBe(403);
    expect((await begin(boss, ada.id, reseller)).body.code).toBe('member-not-found');
    expect((await begin(boss, seller.id, reseller)).status).toBe(201);
  });

  test('never reaches somebody who may do as much in any other tenant', async () => {
    const run = await startReadyServer();
    const { ada, reseller, customer } = await threeLevels(run);
    const other = await run.newTenant('Elsewhere');
    await run.store.pool.query(`insert into kernel.membership (account, tenant, role) values ($1, $2, 'customer')`, [
      customer.id,
      other.id,
    ]);
    expect((await begin(reseller, ada.id, customer)).body.code).toBe('impersonation-refused');
  });

  test('touches no credentials and no access, and never acts as a third one', async () => {
    const run = await startReadyServer();
    const { seller, ada, boss, reseller, customer } = await threeLevels(run);
    const acting = run.as((await begin(boss, seller.id, reseller)).body.token);
    const refused = [
      ['POST', `/v1/tenants/${ada.id}/tokens`, { name: 'x' }],
      ['POST', `/v1/tenants/${ada.id}/invitations`, { email: 'x@example.test', role: 'customer' }],
      ['PUT', `/v1/tenants/${ada.id}/members/${customer.id}`, { role: 'customer' }],
      ['POST', `/v1/tenants/${ada.id}/members/${customer.id}/impersonation`, { reason: 'x' }],
      ['POST', '/v1/account/password', { current: 'a', password: 'a wholly new password' }],
      ['POST', '/v1/account/email', { email: 'x@example.test' }],
      ['POST', '/v1/account/totp', {}],
      ['POST', '/v1/account/recovery-codes', {}],
      ['DELETE', '/v1/account/sessions', undefined],
      ['DELETE', '/v1/session', undefined],
    ] as const;
    for (const [method, url, body] of refused) {
      const answer = await acting(method, url, body);
      expect({ url, status: answer.status, code: answer.body.code }).toEqual({
        url,
        status: 403,
        code: 'not-while-impersonating',
      });
    }
    expect((await acting('GET', '/v1/tenants')).status).toBe(200);
  });

  test('is for people: an API token cannot', async () => {
    const run = await startReadyServer();
    const { ada, seller, customer } = await threeLevels(run);
    const { status, body } = await seller.caller('POST', `/v1/tenants/${ada.id}/members/${customer.id}/impersonation`, {
      reason: 'x',
    });
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'person-needed' });
  });
});
