import { expect, test } from 'vitest';
import { startReadyServer } from '../testing/test-server.ts';

test('the whole life of an app', async () => {
  const { admin, node, newTenant } = await startReadyServer();
  const { id: tenant, caller } = await newTenant('Ada');
  const created = await caller('POST', '/v1/apps', { type: 'site', name: 'blog', spec: { hostnames: ['ada.test'] } });
  expect(created).toMatchObject({ status: 201, body: { tenant, name: 'blog', generation: 1, lifecycle: 'present' } });
  const app = created.body.id;

  const [work] = await node.settle();
  expect(work).toMatchObject({
    kind: 'apply',
    document: { owner: `app:${app}`, title: 'blog', generation: 1, user: app },
  });
  expect((await caller('GET', `/v1/apps/${app}`)).body).toMatchObject({
    observedGeneration: 1,
    links: [{ title: 'ada.test', url: 'http://ada.test:8080/' }],
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Drifted', status: 'False' },
      { type: 'NodeReachable', status: 'True' },
    ],
  });
  expect((await admin('GET', `/v1/operations/${created.body.operation.id}`)).body).toMatchObject({
    state: 'succeeded',
    kind: 'create',
  });
});
