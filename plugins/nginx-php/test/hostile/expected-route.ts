import type { NodeInput } from '@freehold/sdk';
import type { HttpRouteSpec } from '../../contract/http-route.ts';
import { is } from './directive.ts';
import { aliasesOf, filesOf, proxiesOf, redirectsOf } from './expected-locations.ts';
import type { Directive } from './nginx-tree.ts';

/** What the configuration of a route must say, written down a second time and in another way than the template. */
export function expectedRoute(
  name: string,
  spec: HttpRouteSpec,
  { node, home }: { node: NodeInput; home: string },
): Directive[] {
  const { redirects = [], limits = {} } = spec;
  const config = `${node.paths.config}/nginx`;
  const logs = spec.logFolder ?? `${home}/logs`;
  const server: Directive[] = [is('include', `${config}/listen.conf`)];
  const certificate = spec.tls
    ? [is('ssl_certificate', spec.tls.certificate), is('ssl_certificate_key', spec.tls.key)]
    : [];
  const logging = [is('access_log', `${logs}/access.log`, 'freehold'), is('error_log', `${logs}/error.log`, 'warn')];
  const notFound = [is('return', 404)];

  if (spec.suspended)
    return [
      is('server', ...[server, [is('server_name', ...spec.hostnames)], certificate, logging].flat(), [
        is('client_max_body_size', 0),
        is('error_page', 403, 404, 405, 503, '=503', '/.freehold-pages/suspended.html'),
        is('add_header', 'Retry-After', 3600, 'always'),
        is('add_header', 'Cache-Control', 'no-store', 'always'),
        is('add_header', 'X-Content-Type-Options', 'nosniff', 'always'),
        is('location', '/', [is('return', 503)]),
        is('location', '^~', '/.freehold-pages/', [is('internal'), is('alias', `${config}/pages/`)]),
      ]),
    ];

  const burst = limits.burst ?? (limits.requestsPerSecond ?? 0) * 10;
  const zones = [
    limits.requestsPerSecond
      ? is('limit_req_zone', '$binary_remote_addr', `zone=${name}.requests:1m`, `rate=${limits.requestsPerSecond}r/s`)
      : [],
    limits.connections ? is('limit_conn_zone', '$binary_remote_addr', `zone=${name}.connections:1m`) : [],
  ].flat();

  const redirectedHosts = redirects.flatMap(({ host, to, status = 301, keepPath }) =>
    host === undefined
      ? []
      : [
          is('server', ...server, is('server_name', host), ...certificate, ...logging, [
            is('location', '/', [
              is('set', '$freehold_target', keepPath ? to.replace(/\/*$/, '') : to),
              is('return', status, keepPath ? '$freehold_target$request_uri' : '$freehold_target'),
            ]),
          ]),
        ],
  );

  const main = is('server', [
    ...server,
    is('server_name', ...spec.hostnames),
    ...certificate,
    ...(spec.tls?.redirect
      ? [
          is('if', '($https', '=', '', ')', [
            is('return', 301, `https://$host${node.ports.https === 443 ? '' : `:${node.ports.https}`}$request_uri`),
          ]),
        ]
      : []),
    ...logging,
    ...rootOf(spec),
    is('client_max_body_size', limits.bodySize ?? '64M'),
    ...(limits.requestsPerSecond
      ? [is('limit_req', `zone=${name}.requests`, ...(burst ? [`burst=${burst}`, 'nodelay'] : []))]
      : []),
    ...(limits.connections ? [is('limit_conn', `${name}.connections`, limits.connections)] : []),
    is('gzip', spec.compression === false ? 'off' : 'on'),
    ...(spec.browserCache && spec.browserCache !== 'off'
      ? [is('expires', `$freehold_cache_${spec.browserCache}`)]
      : []),
    ...headersOf(spec),
    ...pagesOf(spec),
    is('location', '^~', '/.freehold-pages/', [
      is('internal'),
      is('disable_symlinks', 'off'),
      is('alias', `${config}/pages/`),
    ]),
    ...redirectsOf(spec),
    ...aliasesOf(spec, notFound),
    ...proxiesOf(spec, config),
    ...filesOf(spec, config, notFound),
  ]);
  return [...zones, ...redirectedHosts, main];
}

function rootOf({
  folder,
  documentRoot = '',
  indexFiles = ['index.html'],
  fallback,
  fastcgi,
}: HttpRouteSpec): Directive[] {
  if (!folder) return [];
  const below = documentRoot.replace(/\/$/, '');
  const last = fastcgi?.frontController ?? fallback;
  return [
    is('root', below ? `${folder}/${below}` : folder),
    is('disable_symlinks', 'if_not_owner', `from=${folder}`),
    is('index', ...indexFiles, ...(last ? [last] : [])),
  ];
}

function headersOf({ headers = {} }: HttpRouteSpec): Directive[] {
  const { frameOptions = 'sameorigin', referrerPolicy = 'strict-origin-when-cross-origin', hsts, own = [] } = headers;
  const value =
    hsts &&
    `max-age=${hsts.maxAge}${hsts.includeSubdomains ? '; includeSubDomains' : ''}${hsts.preload ? '; preload' : ''}`;
  return [
    is('add_header', 'X-Content-Type-Options', '$freehold_nosniff', 'always'),
    ...(frameOptions === 'off'
      ? []
      : [is('add_header', 'X-Frame-Options', `$freehold_frame_${frameOptions}`, 'always')]),
    ...(referrerPolicy === 'off'
      ? []
      : [is('add_header', 'Referrer-Policy', `$freehold_referrer_${referrerPolicy.split('-').join('_')}`, 'always')]),
    ...(value
      ? [
          is('set', '$freehold_hsts', ''),
          is('if', '($https)', [is('set', '$freehold_hsts', value)]),
          is('add_header', 'Strict-Transport-Security', '$freehold_hsts', 'always'),
        ]
      : []),
    ...own.flatMap((header) => [
      is('fastcgi_hide_header', header.name),
      is('proxy_hide_header', header.name),
      is('add_header', header.name, header.value, 'always'),
    ]),
  ];
}

function pagesOf({ errorPages = [] }: HttpRouteSpec): Directive[] {
  const ours = [403, 404, 413, 429, 500, 502, 503, 504].filter(
    (status) => !errorPages.some((page) => page.status === status),
  );
  return [...errorPages, ...ours.map((status) => ({ status, path: `/.freehold-pages/${status}.html` }))]
    .sort((a, b) => a.status - b.status)
    .map(({ status, path }) => is('error_page', status, path));
}
