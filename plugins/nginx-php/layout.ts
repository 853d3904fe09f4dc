import type { NodeInput, OwnerInput } from '@freehold/sdk';

/** Where everything of this plugin stands on a node. */
export function nginxPaths({ paths }: Pick<NodeInput, 'paths'>) {
  const config = `${paths.config}/nginx`;
  const temporary = `${paths.state}/nginx`;
  return {
    config,
    main: `${config}/nginx.conf`,
    /** The ports of all sites in one place: sites on a port that the main configuration has left have no certificate there. */
    listen: `${config}/listen.conf`,
    mimeTypes: `${config}/mime.types`,
    fastcgiParameters: `${config}/fastcgi_params`,
    proxyParameters: `${config}/proxy_params`,
    sites: `${config}/sites`,
    pages: `${config}/pages`,
    tls: `${config}/tls`,
    certificate: `${config}/tls/default.crt`,
    key: `${config}/tls/default.key`,
    run: `${paths.run}/nginx`,
    pid: `${paths.run}/nginx/nginx.pid`,
    logs: `${paths.logs}/nginx`,
    errorLog: `${paths.logs}/nginx/error.log`,
    state: temporary,
    temporary: {
      body: `${temporary}/body`,
      proxy: `${temporary}/proxy`,
      fastcgi: `${temporary}/fastcgi`,
      uwsgi: `${temporary}/uwsgi`,
      scgi: `${temporary}/scgi`,
    },
  };
}

/** The folders that the PHP versions of a node share. */
export function phpPaths({ paths }: Pick<NodeInput, 'paths'>) {
  return { config: `${paths.config}/php`, run: `${paths.run}/php`, logs: `${paths.logs}/php` };
}

/** One PHP version. Sockets have the version in their path, so that a pool can move to another version without a gap. */
export function phpVersionPaths(node: Pick<NodeInput, 'paths'>, version: string) {
  const { config, run, logs } = phpPaths(node);
  return {
    config: `${config}/${version}`,
    main: `${config}/${version}/php-fpm.conf`,
    pools: `${config}/${version}/pools`,
    settings: `${config}/${version}/conf.d`,
    run: `${run}/${version}`,
    idleSocket: `${run}/${version}/idle.sock`,
    pid: `${run}/${version}/php-fpm.pid`,
    log: `${logs}/php-fpm-${version}.log`,
  };
}

/** Name of the service that runs a PHP version. */
export function phpService(version: string): string {
  return `php-fpm-${version}`;
}

/**
 * Name of a resource on the whole node, for files, zones and pools. Ids of apps have no hyphen, and those of roles no dot,
 * so that no two are the same.
 */
export function nameOnNode(owner: Pick<OwnerInput, 'kind' | 'id'>, id: string): string {
  return owner.kind === 'app' ? `${owner.id}-${id}` : `role.${owner.id}.${id}`;
}
