import type { Actor } from '../accounts/actor.ts';
import type { TestServer } from './test-server.ts';

/** Two customers with an app each, below two resellers. */
export async function twoCustomers(run: TestServer) {
  const one = await customerBelow(run, 'Ada');
  const other = await customerBelow(run, 'Bob');
  return { one, other };
}

async function customerBelow({ newTenant, as }: TestServer, name: string) {
  const reseller = await newTenant(`${name} sells`, { kind: 'reseller' });
  const { body: tenant } = await reseller.caller('POST', '/v1/tenants', { name });
  const { body: token } = await reseller.caller('POST', `/v1/tenants/${tenant.id}/tokens`, { name: 'test' });
  const caller = as(token.token);
  const { body: app } = await caller('POST', '/v1/apps', { type: 'note', name: 'note', spec: {} });
  const actor = (memberships: Actor['memberships']): Actor => ({ kind: 'account', id: 'acc', name: 'x', memberships });
  return {
    ...{ tenant: tenant.id, app: app.id, caller, reseller },
    customer: actor([{ tenant: tenant.id, role: 'customer' }]),
    seller: actor([{ tenant: reseller.id as never, role: 'reseller' }]),
    technical: actor([{ tenant: tenant.id, role: 'technical_user', apps: [app.id] }]),
  };
}
