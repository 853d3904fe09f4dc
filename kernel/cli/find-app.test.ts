import { expect, test } from 'vitest';
import { ApiClient } from './api-client.ts';
import { findApp } from './find-app.ts';
import { serveApi } from './testing/api-server.ts';

const TENANTS = [
  { id: 'ten_a', slug: 'alpha' },
  { id: 'ten_b', slug: 'beta' },
];
const APPS = [
  { id: 'app_1', name: 'shop', tenant: 'ten_a', lifecycle: 'present' },
  { id: 'app_2', name: 'shop', tenant: 'ten_b', lifecycle: 'present' },
  { id: 'app_3', name: 'blog', tenant: 'ten_a', lifecycle: 'present' },
  { id: 'app_4', name: 'blog', tenant: 'ten_a', lifecycle: 'removed' },
  { id: 'app_5', name: 'old', tenant: 'ten_b', lifecycle: 'removed' },
];

function serve() {
  return serveApi({
    'GET /v1/tenants': () => ({ items: TENANTS }),
    'GET /v1/apps': ({ url: { searchParams: wanted } }) => ({
      items: APPS.filter(
        ({ name, tenant, lifecycle }) =>
          name === wanted.get('name') &&
          tenant === (wanted.get('tenant') ?? tenant) &&
          lifecycle === (wanted.get('lifecycle') ?? lifecycle),
      ),
    }),
    'GET /v1/apps/:app': ({ url }) => APPS.find(({ id }) => url.pathname.endsWith(id)),
  });
}

test.each([
  ['app_4', undefined, 'app_4'],
  ['blog', undefined, 'app_3'],
  ['blog', 'removed', 'app_4'],
  ['beta/shop', undefined, 'app_2'],
  ['ten_b/shop', 'present', 'app_2'],
  ['old', undefined, 'app_5'],
] as const)('%s (%s) is %s', async (reference, lifecycle, id) => {
  await using server = await serve();
  expect((await findApp(new ApiClient(server), reference, lifecycle)).id).toBe(id);
});

test.each([
  ['shop', undefined, '2 apps are called shop.', 'Name one of them: alpha/shop, beta/shop.'],
  ['none', undefined, 'There is no app none.', 'See freehold app list, with --removed for what is in the trash.'],
  ['old', 'present', 'There is no app old.', 'The app of that name is removed: app_5.'],
  ['shop', 'removed', 'There is no removed app shop.', 'The app of that name is present: app_1.'],
  ['gamma/shop', undefined, 'There is no tenant gamma.', 'Known: alpha, beta.'],
] as const)('%s (%s): %s', async (reference, lifecycle, detail, remedy) => {
  await using server = await serve();
  await expect(findApp(new ApiClient(server), reference, lifecycle)).rejects.toMatchObject({
    problem: { detail, remedy },
  });
});
