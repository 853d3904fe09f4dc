import type { HttpRouteSpec } from '../contract/http-route.ts';

type Redirect = NonNullable<HttpRouteSpec['redirects']>[number];
type Proxy = NonNullable<HttpRouteSpec['proxies']>[number];

/** Host names that do nothing but redirect. The rest of the address starts with a slash, so the target ends without one. */
export function planRedirectedHosts(redirects: readonly Redirect[]) {
  return redirects.flatMap(({ host, to, status = 301, keepPath = false }) =>
    host === undefined ? [] : [{ host, target: keepPath ? to.replace(/\/+$/, '') : to, status, keepPath }],
  );
}

export function planRedirects(redirects: readonly Redirect[]) {
  return redirects.flatMap(({ path, below = false, to, status = 301, keepPath = false }) => {
    if (path === undefined) return [];
    const folder = withoutSlash(path);
    return [
      {
        path: below ? folder : path,
        target: to,
        status,
        keepPath,
        below: below
          ? {
              path: `${folder}/`,
              target: keepPath ? `${to.replace(/\/+$/, '')}/` : to,
              segments: folder.split('/').slice(1),
            }
          : null,
      },
    ];
  });
}

export function planAliases({ aliases = [], folder: siteFolder }: HttpRouteSpec) {
  return aliases.flatMap(({ path, base = siteFolder, folder }) => {
    if (base === undefined) return [];
    const prefix = withoutSlash(path);
    const below = withoutSlash(folder);
    return [
      {
        path: prefix,
        below: `${prefix}/`,
        /** Of the redirect that adds the slash: percent-encoded, because it goes into a header. */
        target: `${encodeURI(prefix)}/`,
        folder: below === '' ? `${base}/` : `${base}/${below}/`,
        symlinksFrom: `from=${base}`,
      },
    ];
  });
}

/** One location for the path itself and one for what is below it. */
export function planProxies(proxies: readonly Proxy[]) {
  return proxies.flatMap(({ path, target, websockets = false, timeout = 60 }) => {
    const prefix = withoutSlash(path);
    const rest = { target: proxyUrl(target), websockets, timeout };
    const below = { exact: false, path: `${prefix}/`, ...rest };
    return prefix === '' ? [below] : [{ exact: true, path: prefix, ...rest }, below];
  });
}

function proxyUrl(target: string): string {
  return target.startsWith('unix:') ? `http://${target}` : `http://${target.slice('tcp:'.length)}`;
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
