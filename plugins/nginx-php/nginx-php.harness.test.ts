import { createTestKernel } from '@freehold/sdk/testing';
import { expect, test } from 'vitest';
import { phpSite } from './php-site.app-type.ts';

const makeKernel = () => createTestKernel({ plugins: [import.meta.url] });

test('a PHP website is made in one call', async () => {
  await using kernel = await makeKernel();
  const app = await kernel.apps.create(phpSite, { hostnames: ['a.test'] });
  expect(app.ready).toBe(true);
  expect(app.links).toEqual([{ title: 'a.test', url: 'http://a.test/' }]);
});
