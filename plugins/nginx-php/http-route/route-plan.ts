import type { DriverInput } from '@freehold/sdk';
import { CACHE_PERIODS } from '../contract/http-route.fields.ts';
import type { HttpRouteSpec } from '../contract/http-route.ts';
import { nameOnNode, nginxPaths } from '../layout.ts';
import { errorPagesOf } from '../pages/pages.ts';
import { planAliases, planProxies, planRedirectedHosts, planRedirects } from './location-plan.ts';

export type RouteInput = Pick<DriverInput<HttpRouteSpec>, 'id' | 'spec' | 'owner' | 'node'>;

/** What the templates of a route are filled with: every text is one whole token of nginx's language. */
export type RoutePlan = ReturnType<typeof planRoute>;

export function planRoute(input: RouteInput) {
  const { spec, node } = input;
  const nginx = nginxPaths(node);
  return {
    ...planServer(input),
    ...planFiles(spec),
    redirectedHosts: planRedirectedHosts(spec.redirects ?? []),
    redirects: planRedirects(spec.redirects ?? []),
    aliases: planAliases(spec),
    proxies: planProxies(spec.proxies ?? []),
    ...planLimits(input),
    ...planHeaders(spec),
    errorPages: errorPagesOf(spec.errorPages ?? []),
    compression: spec.compression === false ? 'off' : 'on',
    cache: spec.browserCache && CACHE_PERIODS[spec.browserCache] !== 'off' ? spec.browserCache : null,
    fastcgiParameters: nginx.fastcgiParameters,
    proxyParameters: nginx.proxyParameters,
  };
}

/** What a suspended route has too. */
export function planServer({ id, spec, owner, node }: RouteInput) {
  const nginx = nginxPaths(node);
  return {
    name: nameOnNode(owner, id),
    hostnames: spec.hostnames,
    listen: nginx.listen,
    tls: spec.tls
      ? { ...spec.tls, redirect: spec.tls.redirect ?? false, port: node.ports.https === 443 ? null : node.ports.https }
      : null,
    ...routeLogs({ id, spec, owner }),
    pages: `${nginx.pages}/`,
  };
}

export function routeLogs({ id, spec, owner }: Pick<RouteInput, 'id' | 'spec' | 'owner'>) {
  const folder = spec.logFolder ?? `${owner.home}/logs`;
  const prefix = id === 'main' ? '' : `${id}-`;
  return { accessLog: `${folder}/${prefix}access.log`, errorLog: `${folder}/${prefix}error.log` };
}

function planFiles({ folder, documentRoot, indexFiles, fallback, fastcgi, proxies }: HttpRouteSpec) {
  const below = documentRoot?.replace(/\/$/, '');
  const catchAll = fastcgi?.frontController ?? fallback;
  return {
    root: folder ? (below ? `${folder}/${below}` : folder) : null,
    symlinksFrom: `from=${folder}`,
    /** nginx takes a last one with a slash at its start for an address: a folder without an index gets the catch-all. */
    indexFiles: [...(indexFiles ?? ['index.html']), ...(catchAll ? [catchAll] : [])],
    files: folder !== undefined && !proxies?.some(({ path }) => path === '/'),
    fallback: fallback ?? null,
    frontController: fastcgi?.frontController ?? null,
    fastcgi: fastcgi ? { address: fastcgi.address, timeout: fastcgi.timeout ?? 75 } : null,
  };
}

function planLimits({ id, spec: { limits = {} }, owner }: RouteInput) {
  const { bodySize = '64M', requestsPerSecond: rate, burst, connections: count } = limits;
  const name = nameOnNode(owner, id);
  return {
    bodySize,
    requests: rate ? { zone: `${name}.requests`, rate, burst: burst ?? 10 * rate } : null,
    connections: count ? { zone: `${name}.connections`, count } : null,
  };
}

function planHeaders({ headers = {} }: HttpRouteSpec) {
  const { frameOptions = 'sameorigin', referrerPolicy = 'strict-origin-when-cross-origin', hsts, own = [] } = headers;
  return {
    frameOptions: frameOptions === 'off' ? null : variableName(frameOptions),
    referrerPolicy: referrerPolicy === 'off' ? null : variableName(referrerPolicy),
    hsts: hsts
      ? `max-age=${hsts.maxAge}${hsts.includeSubdomains ? '; includeSubDomains' : ''}${hsts.preload ? '; preload' : ''}`
      : null,
    headers: own,
  };
}

/** A word as part of the name of an nginx variable. */
export function variableName(word: string): string {
  return word.replaceAll('-', '_');
}
