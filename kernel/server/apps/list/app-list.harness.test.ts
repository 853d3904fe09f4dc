import { expect, test } from 'vitest';
import { type Caller, startReadyServer, type TestServer } from '../../testing/test-server.ts';

const make = async (caller: Caller, name: string, spec: object = {}, type = 'site') =>
  (await caller('POST', '/v1/apps', { type, name, spec })).body;
const names = async (caller: Caller, query = '') =>
  (await caller('GET', `/v1/apps${query}`)).body.items.map(({ name }: { name: string }) => name);

test('an app in the list is what it is by itself', async () => {
  const run = await startReadyServer();
  const { id: tenant, caller } = await run.newTenant('Ada');
  const plain = await make(caller, 'plain', { text: 'Quotes " \\ and \u2028 and </script> and 𝕏' }, 'note');
  const removed = await make(caller, 'removed');
  const suspended = await make(caller, 'suspended');
  await run.node.settle();
  await caller('DELETE', `/v1/apps/${removed.id}`);
  await run.admin('POST', `/v1/apps/${suspended.id}/suspend`, { reason: 'abuse', note: 'Spam "again"' });
  await caller('POST', `/v1/apps/${suspended.id}/suspend`, { reason: 'operator' });
  for (const who of [run.admin, caller]) {
    const { body } = await who('GET', `/v1/apps?tenant=${tenant}`);
    expect(body.items).toHaveLength(3);
    for (const { id } of [plain, removed, suspended]) {
      const { drift, notices, ...alone } = (await who('GET', `/v1/apps/${id}`)).body;
      expect(body.items.find((one: { id: string }) => one.id === id)).toEqual(alone);
    }
  }
});

test('pages follow each other without a gap, newest first, whoever asks', async () => {
  const run = await startReadyServer();
  const reseller = await run.newTenant('Reseller', { kind: 'reseller' });
  const ada = await run.newTenant('Ada', { parent: reseller.id });
  const bob = await run.newTenant('Bob');
  for (let index = 0; index < 7; index++) await make(index % 2 ? ada.caller : bob.caller, `app-${index}`);
  const readAll = async (caller: Caller, query = '') => {
    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: { items: { name: string }[]; next: string | null } } = await caller(
        'GET',
        `/v1/apps?limit=2${query}${cursor ? `&cursor=${cursor}` : ''}`,
      );
      expect(body.items.length).toBeLessThanOrEqual(2);
      found.push(...body.items.map(({ name }) => name));
      cursor = body.next;
    }
    return found;
  };
  const all = [6, 5, 4, 3, 2, 1, 0].map((index) => `app-${index}`);
  expect(await readAll(run.admin)).toEqual(all);
  const adas = ['app-5', 'app-3', 'app-1'];
  for (const { caller } of [ada, reseller]) expect(await readAll(caller)).toEqual(adas);
  expect(await readAll(run.admin, `&tenant=${ada.id}`)).toEqual(adas);
  expect((await bob.caller('GET', `/v1/apps?tenant=${ada.id}`)).status).toBe(404);
});

test('apps are found by the beginning of their name or of a host name, and by nothing that only looks like one', async () => {
  const run = await startReadyServer();
  const ada = await run.newTenant('Ada');
  const bob = await run.newTenant('Bob');
  await make(ada.caller, 'shop', { hostnames: ['shop.example.org', 'www.shop.example.org'] });
  await make(ada.caller, 'blog', { hostnames: ['shopping.example.org'] });
  await make(bob.caller, 'shop-of-bob');
  expect(await names(ada.caller, '?search=shop')).toEqual(['blog', 'shop']);
  expect(await names(ada.caller, '?search=SHOP.example')).toEqual(['shop']);
  expect(await names(ada.caller, '?search=www.')).toEqual(['shop']);
  expect(await names(ada.caller, '?search=hop')).toEqual([]);
  for (const wild of ['%25', '_hop', 's%25', '%5C', "'", "'%20or%20true--"])
    expect(await names(ada.caller, `?search=${wild}`)).toEqual([]);
  expect(await names(run.admin, '?search=shop&type=site')).toEqual(['shop-of-bob', 'blog', 'shop']);
  expect(await names(run.admin, '?search=shop&type=note')).toEqual([]);
});

test('a list is one question to the database, or two', async () => {
  const run = await startReadyServer();
  await make(run.admin, 'one');
  await names(run.admin);
  expect(await countStatements(run, () => names(run.admin))).toBe(1);
});

/** What the pool is asked. */
async function countStatements({ store }: TestServer, work: () => Promise<unknown>): Promise<number> {
  const { query } = store.pool;
  let count = 0;
  store.pool.query = ((...parameters: never[]) => {
    count += 1;
    return (query as (...all: never[]) => unknown).apply(store.pool, parameters);
  }) as never;
  await work().finally(() => {
    store.pool.query = query;
  });
  return count;
}
