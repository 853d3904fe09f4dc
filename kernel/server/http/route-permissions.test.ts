import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import type { Http } from './http.ts';
import { demandPermissions } from './route-permissions.ts';

function makeRoute(config: object | undefined): void {
  const http = fastify();
  demandPermissions(http as unknown as Http);
  http.get('/v1/things', { ...(config && { config }) } as never, async () => ({}));
}

test.each([
  [undefined],
  [{}],
  [{ permission: undefined }],
  [{ permission: 'app.nonsense' }],
  [{ permission: 'constructor' }],
])('an API with a route that says %j is not made', (config) => {
  expect(() => makeRoute(config)).toThrow(/The route GET \/v1\/things says .* as its permission/);
});

test.each(['public', 'own', 'app.read', 'node.manage'])('a route may ask for %s', (permission) => {
  expect(() => makeRoute({ permission })).not.toThrow();
});
