import type { AppInput } from '@freehold/sdk';
import { expect, test } from 'vitest';
import { HttpRouteSpec } from '../contract/http-route.ts';
import { phpSite } from '../php-site.app-type.ts';
import { staticSite } from '../static-site.app-type.ts';

const app = { id: 'app_1', name: 'a', tenant: 't', user: 'app_1', group: 'app_1', home: '/f/app_1', suspended: true };
const role = { 'command:php-versions': ['/usr/sbin/php-fpm8.2'] };
const input = (spec: object) =>
  ({ app, spec, role, node: { name: 'local' }, releases: { current: null, kept: [] } }) as unknown as AppInput<never>;
const spec = { hostnames: ['a.example'] };

test.each([
  ['nothing', phpSite, {}, []],
  ['nothing', staticSite, {}, []],
  ['its settings', phpSite, { phpSettings: { memory_limit: '1M' } }, ['/phpSettings/memory_limit']],
  ['its version of PHP', phpSite, { phpVersion: '8.2' }, []],
  ['its version of PHP', phpSite, { phpVersion: '5.6' }, ['/phpVersion']],
  ['its redirects', phpSite, { redirects: [{ path: '/a', to: '/a' }] }, ['/redirects/0/to']],
  ['its aliases', phpSite, { aliases: [{ path: '/', in: 'data', folder: '' }] }, ['/aliases/0/path']],
  ['its headers', staticSite, { headers: { own: [{ name: 'Date', value: 'x' }] } }, ['/headers/own/0/name']],
])('says in which field it is wrong, even while it is suspended: %s', (_what, type, more, pointers) => {
  expect(type.check?.(input({ ...spec, ...more })).map(({ pointer }) => pointer)).toEqual(pointers);
});

test('a suspended site with all the names it may have is still a route', () => {
  const redirects = Array.from({ length: 500 }, (_, index) => ({ host: `r${index}.example`, to: '/' }));
  const hostnames = Array.from({ length: 50 }, (_, index) => `h${index}.example`);
  const given = { ...input({ hostnames, redirects }), node: { privileged: true, user: 'root' } } as never;
  const route = staticSite.resources(given).at(-1)?.spec as { hostnames: string[] };
  expect(route.hostnames).toHaveLength(550);
  expect((HttpRouteSpec.properties.hostnames as { maxItems?: number }).maxItems).toBeGreaterThanOrEqual(550);
});

test('the address of a site has the port of the node, when it is not the usual one', () => {
  const links = (http: number) => phpSite.links?.({ ...input(spec), node: { ports: { http } } } as never);
  expect(links(80)).toEqual([{ title: 'a.example', url: 'http://a.example/' }]);
  expect(links(8080)).toEqual([{ title: 'a.example', url: 'http://a.example:8080/' }]);
});
