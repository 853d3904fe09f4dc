import type { NodeInput } from '@freehold/sdk';
import type { HttpRouteSpec } from '../../contract/http-route.ts';
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
  const server: Directive[] = [
    is('listen', node.ports.http),
    is('listen', node.ports.https, 'ssl', 'http2'),
    ...(node.ipv6
      ? [is('listen', `[::]:${node.ports.http}`), is('listen', `[::]:${node.ports.https}`, 'ssl', 'http2')]
      : []),
  ];
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

type Part = string | number | Directive | readonly Directive[];

/** A directive: words first, then what stands in its block, if anything. */
function is(...parts: readonly Part[]): Directive {
  const words = parts.filter((part) => typeof part !== 'object').map(String);
  const inside = parts.filter((part) => typeof part === 'object');
  return inside.length === 0 ? { words } : { words, block: inside.flat() };
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

function redirectsOf({ redirects = [] }: HttpRouteSpec): Directive[] {
  return redirects.flatMap(({ path, below, to, keepPath, status = 301 }) => {
    if (path === undefined) return [];
    const folder = path.replace(/\/$/, '');
    const exact = is('location', '=', below ? folder : path, [
      is('set', '$freehold_target', to),
      is('return', status, keepPath ? '$freehold_target$is_args$args' : '$freehold_target'),
    ]);
    if (!below) return [exact];
    const segments = '[/\\\\]+[^/\\\\?]*'.repeat(folder.split('/').length - 1);
    return [
      exact,
      is('location', '^~', `${folder}/`, [
        is('set', '$freehold_target', keepPath ? `${to.replace(/\/*$/, '')}/` : to),
        ...(keepPath
          ? [
              is('if', '($request_uri', '~', `^${segments}[/\\\\]+(?<freehold_rest>.*)$`, ')', [
                is('return', status, '$freehold_target$freehold_rest'),
              ]),
            ]
          : []),
        is('return', status, '$freehold_target'),
      ]),
    ];
  });
}

const DOTFILES = '/\\.(?!well-known(?:/|$))';
const SCRIPTS = '\\.(?:php[0-9]?|phtml|pht|phps|phar)(?:/|$)';

function aliasesOf({ aliases = [], folder }: HttpRouteSpec, notFound: Directive[]): Directive[] {
  return aliases.flatMap((alias) => {
    const base = alias.base ?? folder;
    if (!base) return [];
    const path = alias.path.replace(/\/$/, '');
    return [
      is('location', '=', path, [
        is('set', '$freehold_target', `${encodeURI(path)}/`),
        is('return', 301, '$freehold_target$is_args$args'),
      ]),
      is('location', '^~', `${path}/`, [
        is('alias', `${base}/${alias.folder}/`.replace(/\/+$/, '/')),
        is('disable_symlinks', 'if_not_owner', `from=${base}`),
        is('location', '~', DOTFILES, notFound),
        is('location', '~*', SCRIPTS, notFound),
      ]),
    ];
  });
}

function proxiesOf({ proxies = [] }: HttpRouteSpec, config: string): Directive[] {
  return proxies.flatMap(({ path, target, websockets, timeout = 60 }) => {
    const prefix = path.replace(/\/$/, '');
    const body = [
      is('proxy_pass', `http://${target.replace(/^tcp:/, '')}`),
      is('include', `${config}/proxy_params`),
      ...(websockets ? [is('proxy_set_header', 'Upgrade', '$http_upgrade')] : []),
      is('proxy_set_header', 'Connection', websockets ? '$freehold_connection' : ''),
      is('proxy_read_timeout', `${timeout}s`),
      is('proxy_send_timeout', `${timeout}s`),
    ];
    return [...(prefix ? [is('location', '=', prefix, body)] : []), is('location', '^~', `${prefix}/`, body)];
  });
}

function filesOf(
  { folder, proxies = [], fastcgi, fallback }: HttpRouteSpec,
  config: string,
  notFound: Directive[],
): Directive[] {
  if (!folder || proxies.some(({ path }) => path === '/')) return [];
  const last = fastcgi?.frontController
    ? [`${fastcgi.frontController}$is_args$args`]
    : fallback
      ? [fallback, '=404']
      : ['=404'];
  return [
    is('location', '~', DOTFILES, notFound),
    ...(fastcgi
      ? [
          is('location', '~', '\\.php(?:/|$)', [
            is('fastcgi_split_path_info', '^(.+?\\.php)(/.*)$'),
            is('set', '$freehold_path_info', '$fastcgi_path_info'),
            is('try_files', '$fastcgi_script_name', '=404'),
            is('include', `${config}/fastcgi_params`),
            is('fastcgi_pass', fastcgi.address),
            is('fastcgi_read_timeout', `${fastcgi.timeout ?? 75}s`),
            is('fastcgi_send_timeout', `${fastcgi.timeout ?? 75}s`),
          ]),
        ]
      : []),
    is('location', '~*', SCRIPTS, notFound),
    is('location', '/', [is('try_files', '$uri', '$uri/', ...last)]),
  ];
}
