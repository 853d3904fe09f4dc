import { expect, test } from 'vitest';
import { matchRoute } from './match-route.ts';

const routes = ['/', '/apps', '/apps/new', '/apps/:app', '/apps/:app/:part', '/nodes/:node'].map((path) => ({ path }));

test.each([
  ['/', '/', {}],
  ['/apps', '/apps', {}],
  ['/apps/', '/apps', {}],
  ['/apps/new', '/apps/new', {}],
  ['/apps/app_1', '/apps/:app', { app: 'app_1' }],
  ['/apps/app_1/logs', '/apps/:app/:part', { app: 'app_1', part: 'logs' }],
  ['/nodes/a%2Fb%20c', '/nodes/:node', { node: 'a/b c' }],
])('%s is the page %s', (path, route, parameters) => {
  expect(matchRoute(routes, path)).toEqual({ route: { path: route }, parameters });
});

test.each(['/nothing', '/apps/a/b/c', '/nodes', '/nodes/%ff', '/app'])('%s is no page', (path) => {
  expect(matchRoute(routes, path)).toBeUndefined();
});
