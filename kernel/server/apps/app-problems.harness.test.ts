import { describe, expect, test } from 'vitest';
import { startReadyServer, startTestServer } from '../testing/test-server.ts';

describe('what is refused, and how', () => {
  const cases: [string, object, number, string, string?][] = [
    ['no type', { name: 'x', spec: {} }, 422, 'invalid-request', '/type'],
    ['a type that nobody gives', { type: 'blog', name: 'x', spec: {} }, 404, 'app-type-not-found'],
    ['a name with capitals', { type: 'site', name: 'X', spec: {} }, 422, 'invalid-request', '/name'],
    ['a name that is too long', { type: 'site', name: 'x'.repeat(64), spec: {} }, 422, 'invalid-request', '/name'],
    ['a field that does not exist', { type: 'site', name: 'x', spec: {}, color: 1 }, 422, 'invalid-request', '/color'],
    ['a spec that is no object', { type: 'site', name: 'x', spec: [] }, 422, 'invalid-request', '/spec'],
    [
      'a field that the spec does not have',
      { type: 'site', name: 'x', spec: { colour: 'red' } },
      422,
      'invalid-request',
      '/spec/colour',
    ],
    [
      'a host name with a space',
      { type: 'site', name: 'x', spec: { hostnames: ['a b'] } },
      422,
      'invalid-request',
      '/spec/hostnames/0',
    ],
    [
      'a host name in capitals',
      { type: 'site', name: 'x', spec: { hostnames: ['A.test'] } },
      422,
      'invalid-request',
      '/spec/hostnames/0',
    ],
    [
      'a public suffix',
      { type: 'site', name: 'x', spec: { hostnames: ['co.uk'] } },
      422,
      'domain-is-public-suffix',
      '/spec/hostnames/0',
    ],
    [
      'what the app type refuses',
      { type: 'site', name: 'x', spec: { title: 'forbidden' } },
      422,
      'invalid-request',
      '/spec/title',
    ],
    [
      'a text that names an output of a resource',
      { type: 'site', name: 'x', spec: { title: 'freehold-output(test.pool:main:socket)' } },
      422,
      'invalid-request',
      '/spec/title',
    ],
    ['what the node cannot do', { type: 'site', name: 'x', spec: { version: '9' } }, 422, 'invalid-request', '/spec'],
    [
      'values on which the plugin fails',
      { type: 'site', name: 'x', spec: { fault: 'throw' } },
      422,
      'plugin-cannot-compute',
    ],
    ['what a plugin forbids', { type: 'site', name: 'refused', spec: {} }, 409, 'change-refused'],
    ['a node that does not exist', { type: 'site', name: 'x', spec: {}, node: 'nowhere' }, 404, 'node-not-found'],
    ['a tenant that does not exist', { type: 'site', name: 'x', spec: {}, tenant: 'tnt_x' }, 404, 'tenant-not-found'],
  ];

  test('when an app is made', async () => {
    const { newTenant } = await startReadyServer();
    const { caller } = await newTenant('Ada');
    for (const [what, body, status, code, pointer] of cases) {
      const answer = await caller('POST', '/v1/apps', body);
      expect({ what, status: answer.status, code: answer.body.code }).toEqual({ what, status, code });
      if (pointer) expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
    }
    expect((await caller('GET', '/v1/apps')).body.items).toEqual([]);
  });

  test('every problem is told at once, with rule, value and remedy', async () => {
    const { newTenant } = await startReadyServer();
    const { caller } = await newTenant('Ada');
    const spec = { hostnames: ['-a', 'ok.test'], title: 7, extra: true };
    const { body } = await caller('POST', '/v1/apps', { type: 'site', name: 'x', spec });
    expect(body.errors).toContainEqual(
      expect.objectContaining({ pointer: '/spec/hostnames/0', rule: 'pattern', value: '-a' }),
    );
    expect(body.errors).toContainEqual({
      pointer: '/spec/title',
      rule: 'type',
      value: 7,
      message: '7 is not of the right type.',
      remedy: 'Give a text.',
    });
    expect(body.errors).toHaveLength(3);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/spec/extra',
      '/spec/hostnames/0',
      '/spec/title',
    ]);
  });

  test('a name that the tenant has already, also when both are asked for at once', async () => {
    const { newTenant } = await startReadyServer();
    const [one, two] = [await newTenant('Ada'), await newTenant('Bob')];
    const make = (caller: typeof one.caller) => caller('POST', '/v1/apps', { type: 'note', name: 'x', spec: {} });
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => make(one.caller)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('app-name-taken');
    expect((await make(two.caller)).status).toBe(201);
  });

  test('what is in the trash, until it is restored', async () => {
    const { newTenant } = await startReadyServer();
    const { caller } = await newTenant('Ada');
    const { body } = await caller('POST', '/v1/apps', { type: 'site', name: 'x', spec: {} });
    const url = `/v1/apps/${body.id}`;
    expect((await caller('POST', `${url}/restore`, {})).body.code).toBe('app-not-removed');
    await caller('DELETE', url);
    const refused = [
      await caller('PATCH', url, { spec: {} }),
      await caller('DELETE', url),
      await caller('POST', `${url}/plan`, {}),
      await caller('POST', `${url}/suspend`, { reason: 'operator' }),
      await caller('POST', `${url}/actions/tidy`, {}),
      await caller('PUT', `${url}/files`, Buffer.from('x'), { 'content-type': 'application/x-tar' }),
    ];
    expect(refused.map(({ status, body }) => `${status} ${body.code}`)).toEqual(
      refused.map(() => '409 app-not-present'),
    );
  });

  test('removing what a plugin wants to keep', async () => {
    const { newTenant } = await startReadyServer();
    const { caller } = await newTenant('Ada');
    const { body } = await caller('POST', '/v1/apps', { type: 'note', name: 'kept', spec: {} });
    const answer = await caller('DELETE', `/v1/apps/${body.id}`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'change-refused', detail: 'This one stays.' } });
  });

  test('files for an app that is not made of files, and actions that do not exist', async () => {
    const { newTenant } = await startReadyServer();
    const { caller } = await newTenant('Ada');
    const { body } = await caller('POST', '/v1/apps', { type: 'note', name: 'x', spec: {} });
    const url = `/v1/apps/${body.id}`;
    const headers = { 'content-type': 'application/x-tar' };
    expect((await caller('PUT', `${url}/files`, Buffer.from('x'), headers)).body.code).toBe('app-has-no-files');
    expect((await caller('POST', `${url}/actions/rollback`, {})).body.code).toBe('app-has-no-files');
    expect((await caller('POST', `${url}/actions/tidy`, {})).body.code).toBe('action-not-found');
    expect((await caller('GET', `${url}/logs/access`)).body.code).toBe('log-not-found');
  });
});

test('without a node that has the plugins there is no place for an app', async () => {
  const { admin } = await startTestServer();
  const answer = await admin('POST', '/v1/apps', { type: 'site', name: 'x', spec: {} });
  expect(answer).toMatchObject({
    status: 409,
    body: { code: 'no-node-for-app-type', detail: expect.stringContaining('site') },
  });
  const named = await admin('POST', '/v1/apps', { type: 'site', name: 'x', spec: {}, node: 'local' });
  expect(named).toMatchObject({ status: 409, body: { code: 'node-lacks-plugins' } });
});
