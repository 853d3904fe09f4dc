import type { HttpRouteSpec } from '../../contract/http-route.ts';
import { is } from './directive.ts';
import type { Directive } from './nginx-tree.ts';

export function redirectsOf({ redirects = [] }: HttpRouteSpec): Directive[] {
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

export function aliasesOf({ aliases = [], folder }: HttpRouteSpec, notFound: Directive[]): Directive[] {
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

export function proxiesOf({ proxies = [] }: HttpRouteSpec, config: string): Directive[] {
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

export function filesOf(
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
