import { expect, test } from 'vitest';
import { type Caller, startReadyServer } from '../testing/test-server.ts';

const claim = (caller: Caller, name: string, hostnames: string[]) =>
  caller('POST', '/v1/apps', { type: 'site', name, spec: { hostnames } });

test('of tenants who race for one name exactly one gets it', async () => {
  const run = await startReadyServer();
  const callers = await Promise.all(
    ['Ada', 'Bob', 'Cyd', 'Dan', 'Eve'].map(async (name) => (await run.newTenant(name)).caller),
  );
  const answers = await Promise.all(callers.map((caller) => claim(caller, 'site', ['prize.test'])));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  const lost = answers.find(({ status }) => status === 409);
  expect(lost?.body).toMatchObject({
    code: 'domain-taken',
    errors: [{ pointer: '/spec/hostnames/0', value: 'prize.test' }],
  });
});

test('of tenants who race for a name and one below it exactly one gets his', async () => {
  const run = await startReadyServer();
  const [ada, bob] = [await run.newTenant('Ada'), await run.newTenant('Bob')];
  for (const number of [1, 2, 3, 4]) {
    const answers = await Promise.all([
      claim(ada.caller, `a${number}`, [`race${number}.example.test`]),
      claim(bob.caller, `b${number}`, [`www.race${number}.example.test`]),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  }
});

test('tenants who claim several names in different orders do not block each other', async () => {
  const run = await startReadyServer();
  const [ada, bob] = [await run.newTenant('Ada'), await run.newTenant('Bob')];
  const names = Array.from({ length: 8 }, (_, index) => `d${index}.test`);
  const answers = await Promise.all([claim(ada.caller, 'a', names), claim(bob.caller, 'b', [...names].reverse())]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
});

test('a name belongs to its tenant with all names below it, and to one app', async () => {
  const run = await startReadyServer();
  const [ada, bob] = [await run.newTenant('Ada'), await run.newTenant('Bob')];
  await claim(ada.caller, 'main', ['shop.test']);
  const code = async (caller: Caller, name: string, hostname: string) => {
    const { status, body } = await claim(caller, name, [hostname]);
    return body.code ?? status;
  };
  expect(await code(ada.caller, 'sub', 'www.shop.test')).toBe(201);
  expect(await code(ada.caller, 'same', 'shop.test')).toBe('domain-taken');
  expect(await code(bob.caller, 'below', 'api.shop.test')).toBe('domain-taken');
  expect(await code(bob.caller, 'deep', 'a.b.c.shop.test')).toBe('domain-taken');
  expect(await code(bob.caller, 'alike', 'myshop.test')).toBe(201);
  expect(await code(bob.caller, 'local', 'localhost')).toBe(201);
  expect(await code(ada.caller, 'dev', 'dev.localhost')).toBe(201);
  expect(await code(ada.caller, 'local', 'localhost')).toBe('domain-taken');
});

test('a name that is taken out of a spec is free', async () => {
  const run = await startReadyServer();
  const [ada, bob] = [await run.newTenant('Ada'), await run.newTenant('Bob')];
  const { body } = await claim(ada.caller, 'main', ['old.test', 'new.test']);
  expect((await claim(bob.caller, 'x', ['old.test'])).status).toBe(409);
  await ada.caller('PATCH', `/v1/apps/${body.id}`, { spec: { hostnames: ['new.test'] } });
  expect((await claim(bob.caller, 'x', ['old.test'])).status).toBe(201);
});

test('a change whose names cannot be had changes nothing', async () => {
  const run = await startReadyServer();
  const [ada, bob] = [await run.newTenant('Ada'), await run.newTenant('Bob')];
  await claim(bob.caller, 'x', ['theirs.test']);
  const { body } = await claim(ada.caller, 'main', ['mine.test']);
  const url = `/v1/apps/${body.id}`;
  const refused = await ada.caller('PATCH', url, { spec: { hostnames: ['theirs.test'], title: 'New' } });
  expect(refused.body.code).toBe('domain-taken');
  expect((await ada.caller('GET', url)).body).toMatchObject({
    generation: 1,
    spec: { hostnames: ['mine.test'], title: 'Untitled' },
  });
  expect((await claim(bob.caller, 'y', ['mine.test'])).status).toBe(409);
});
