import type { NodeInput, OwnerInput, Primitive } from '@freehold/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HttpRouteSpec, HttpRouteSpec as RouteSchema } from '../../contract/http-route.ts';
import { type PhpPoolSpec, PhpPoolSpec as PoolSchema } from '../../contract/php-pool.ts';
import { httpRouteDriver } from '../../http-route.driver.ts';
import { phpPoolDriver } from '../../php-pool.driver.ts';
import { arbitraryValue } from './arbitrary-value.ts';
import { expectedPool } from './expected-pool.ts';
import { expectedRoute } from './expected-route.ts';
import { parseIni } from './ini-tree.ts';
import { parseNginx } from './nginx-tree.ts';

const home = '/srv/freehold/node/sites/app_1';
const owner: OwnerInput = { kind: 'app', id: 'app_1', user: 'app_1', group: 'app_1', home };
const folder = (name: string) => `/srv/freehold/node/${name}`;
const node: NodeInput = {
  id: 'node_1',
  name: 'one',
  privileged: true,
  user: 'root',
  paths: {
    sites: folder('sites'),
    config: folder('config'),
    run: folder('run'),
    logs: folder('logs'),
    state: folder('state'),
  },
  ports: { http: 8080, https: 8443 },
  os: { id: 'debian', version: '12', arch: 'x64' },
  cpus: 2,
  memoryBytes: 1,
  ipv6: true,
};
const role = { 'command:php-versions': ['/usr/sbin/php-fpm8.2'] };
const common = { id: 'main', owner, node, config: {}, role, observed: {}, secret: (name: string) => name };

const filesOf = (resources: readonly unknown[]) =>
  (resources as Primitive[]).flatMap((resource) => (resource.type === 'file' ? [resource.spec] : []));

test('whatever a route’s schema takes, nginx reads the expected directives and no other', () => {
  fc.assert(
    fc.property(arbitraryValue(RouteSchema) as fc.Arbitrary<HttpRouteSpec>, (spec) => {
      const [configuration] = filesOf(httpRouteDriver.lower({ ...common, spec }));
      expect(parseNginx(configuration?.content ?? '')).toEqual(expectedRoute('app_1-main', spec, { node, home }));
    }),
    { numRuns: 500 },
  );
});

test('whatever a pool’s schema takes, PHP reads the expected settings and no other', () => {
  fc.assert(
    fc.property(arbitraryValue(PoolSchema) as fc.Arbitrary<PhpPoolSpec>, (chosen) => {
      const spec = { ...chosen, phpVersion: '8.2', suspended: false };
      const [pool, environment] = filesOf(phpPoolDriver.lower({ ...common, spec }));
      const expected = expectedPool('app_1-main', spec, { node, owner });
      expect(parseIni(pool?.content ?? '')).toEqual({ 'app_1-main': expected.pool });
      expect(environment ? parseIni(environment.content) : {}).toEqual(
        expected.environment.length > 0 ? { 'app_1-main': expected.environment } : {},
      );
    }),
    { numRuns: 500 },
  );
});

test('the schemas let hostile characters in where they are meant to be, so that the above says something', () => {
  const routes = fc.sample(arbitraryValue(RouteSchema) as fc.Arbitrary<HttpRouteSpec>, 300);
  const texts = JSON.stringify(routes.map(({ headers, redirects, errorPages }) => [headers, redirects, errorPages]));
  for (const character of ['\\"', '\\\\\\\\', ';', '#', '}', 'ä', '漢', '💥', "'"]) expect(texts).toContain(character);
  const pools = JSON.stringify(
    fc.sample(arbitraryValue(PoolSchema) as fc.Arbitrary<PhpPoolSpec>, 300).map(({ environment }) => environment),
  );
  for (const character of ['\\"', '\\\\\\\\', ';', '#', '[x]', '`', "'", '!', '&', '='])
    expect(pools).toContain(character);
});
