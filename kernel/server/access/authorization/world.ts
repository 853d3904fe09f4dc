import { packFixture } from '../../apps/files/fixture-archive.ts';
import { addPerson, type Person } from '../../testing/people.ts';
import type { Caller, TestServer } from '../../testing/test-server.ts';

/** Ids of things, by the names that addresses, queries and bodies give them. */
export type Ids = Readonly<Record<string, string>>;

/** A reseller with a customer, and one of everything that can belong to them. */
export interface Household {
  readonly reseller: string;
  readonly customer: string;
  readonly seller: Person;
  readonly owner: Person;
  /** May do everything with the second app, and nothing with the first. */
  readonly technical: Person;
  readonly token: Caller;
  readonly ids: Ids;
  readonly secondApp: string;
}

/** Who asks, and with which ids of its own. */
export interface Role {
  readonly name: string;
  readonly caller: Caller;
  readonly own: Ids;
}

export async function settleHousehold(run: TestServer, name: string): Promise<Household> {
  const expected = expectStatus(run.admin);
  const reseller = (await expected('POST', '/v1/tenants', { name: `${name} sells`, kind: 'reseller' })).id;
  const customer = (await expected('POST', '/v1/tenants', { name, parent: reseller })).id;
  const email = (who: string) => `${who}-${name}@example.test`.toLowerCase();
  const seller = await addPerson(run, { tenant: reseller, email: email('seller'), role: 'reseller' });
  const owner = await addPerson(run, { tenant: customer, email: email('owner') });
  const things = await makeThings(run, { seller, owner, reseller, customer });
  const technical = await addPerson(run, {
    ...{ tenant: customer, email: email('technical'), role: 'technical_user', apps: [things.secondApp] },
  });
  const token = run.as(things.tokenText);
  return { ...{ reseller, customer, seller, owner, technical, token }, ids: things.ids, secondApp: things.secondApp };
}

interface People {
  readonly seller: Person;
  readonly owner: Person;
  readonly reseller: string;
  readonly customer: string;
}

async function makeThings(run: TestServer, { seller, owner, reseller, customer }: People) {
  const [sell, own] = [expectStatus(seller.caller), expectStatus(owner.caller)];
  const app = await own('POST', '/v1/apps', { type: 'site', name: 'blog', spec: {} });
  const second = await own('POST', '/v1/apps', { type: 'site', name: 'shop', spec: {} });
  await expectStatus(owner.caller, { 'content-type': 'application/x-tar' })(
    'PUT',
    `/v1/apps/${app.id}/files`,
    await packFixture([{ name: 'index.html', content: 'x' }]),
  );
  const token = await own('POST', `/v1/tenants/${customer}/tokens`, { name: 'x' });
  const invitation = await own('POST', `/v1/tenants/${customer}/invitations`, {
    email: 'guest@example.test',
    role: 'customer',
  });
  const webhook = await own('POST', '/v1/webhooks', { url: 'https://example.test/hook' });
  const sold = await sell('POST', '/v1/packages', { name: 'Small', visibility: 'hidden' });
  await sell('PUT', `/v1/tenants/${reseller}/brand`, { name: 'Brand' });
  await run.node.settle();
  const ids = {
    ...{ tenant: customer, parent: reseller, app: app.id, operation: app.operation.id, token: token.id },
    ...{ invitation: invitation.id, account: owner.id, webhook: webhook.id, package: sold.id },
    ...{ action: 'tidy', log: 'access', limit: 'apps', type: 'site' },
  };
  return { ids, secondApp: second.id as string, tokenText: token.token as string };
}

/** Says what went wrong while the world was made. */
function expectStatus(caller: Caller, headers: Record<string, string> = {}) {
  return async (method: 'POST' | 'PUT', url: string, body: unknown) => {
    const answer = await caller(method, url, body, headers);
    if (answer.status >= 300) throw new Error(`${method} ${url}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
}
