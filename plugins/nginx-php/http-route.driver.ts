import { defineDriver, file, log } from '@freehold/sdk';
import { httpRoute } from './contract/http-route.ts';
import { webServerUser } from './contract/web-server.ts';
import { planRoute, planServer, type RouteInput, routeLogs } from './http-route/route-plan.ts';
import { routeProblems } from './http-route/route-problems.ts';
import { nameOnNode, nginxPaths } from './layout.ts';
import { loadTemplate } from './templates/load.ts';

const renderRoute = loadTemplate<ReturnType<typeof planRoute>>('nginx', 'route.conf.hbs');
const renderSuspended = loadTemplate<ReturnType<typeof planServer>>('nginx', 'suspended.conf.hbs');

/** Makes a route true with one configuration file of nginx and two logs. */
export const httpRouteDriver = defineDriver(httpRoute, {
  check: ({ spec }) => routeProblems(spec),
  lower: (input) => [
    ...logs(input),
    file({
      path: `${nginxPaths(input.node).sites}/${nameOnNode(input.owner, input.id)}.conf`,
      content: input.spec.suspended ? renderSuspended(planServer(input)) : renderRoute(planRoute(input)),
      mode: '0640',
    }),
  ],
});

/** Numbers at the end of each line: bytes that were sent, and bytes that were received. See `log_format` of the main configuration. */
const TRAFFIC_FIELDS = 2;

/** nginx gives a log that it opens again to the user of its workers, so it belongs to that user from the start. */
function logs(input: RouteInput) {
  const { accessLog, errorLog } = routeLogs(input);
  const owner = webServerUser(input.node);
  const prefix = input.id === 'main' ? '' : `${input.id}-`;
  const title = input.id === 'main' ? '' : ` (${input.id})`;
  const rest = { owner, reopen: { service: 'nginx', signal: 'SIGUSR1' as const } };
  return [
    log({ id: `${prefix}access`, title: `Requests${title}`, path: accessLog, traffic: TRAFFIC_FIELDS, ...rest }),
    log({ id: `${prefix}error`, title: `Errors of the web server${title}`, path: errorLog, ...rest }),
  ];
}
