import { directory, file, type Resource } from '@freehold/sdk';
import { type HttpRouteSpec, httpRoute } from '../../contract/http-route.ts';
import type { Machine, Tree } from './machine.ts';

/** Where routes of a test keep their files. */
export function routesHome(machine: Machine): string {
  return `${machine.node.paths.state}/test`;
}

/** Makes routes that belong to a role, which need no unix user, with files below `www`. */
export function applyRoutes(
  machine: Machine,
  routes: Readonly<Record<string, HttpRouteSpec>>,
  files: Tree = {},
): Promise<void> {
  const home = routesHome(machine);
  const resources: Resource[] = [
    ...[home, `${home}/logs`, `${home}/www`].map((path) => directory({ path })),
    ...Object.entries(files).map(([name, content]) => file({ path: `${home}/www/${name}`, content })),
    ...Object.entries(routes).map(([id, spec]) => httpRoute.resource(id, spec)),
  ];
  return machine.apply('test', resources, { kind: 'role', id: 'test', user: 'root', group: 'root', home });
}
