import { type AppInput, defineAppType, output } from '@freehold/sdk';
import { httpRoute } from './contract/http-route.ts';
import { phpUses } from './contract/php-entitlements.ts';
import { phpPool } from './contract/php-pool.ts';
import { routeProblems } from './http-route/route-problems.ts';
import { phpProblems } from './node-role/php-versions.ts';
import { phpStarter } from './pages/starter-pages.ts';
import { effectiveSettings } from './php-pool/pool-settings.ts';
import { settingsProblems } from './php-pool/settings-problems.ts';
import { PHP_INDEX_FILES, PhpSiteSpec } from './site/php-site.spec.ts';
import { phpSiteActions } from './site/php-site-actions.ts';
import { allHostnames, SITE_FILES, siteFiles, siteFolders, siteLinks } from './site/site-files.ts';

type Input = AppInput<PhpSiteSpec>;

export const phpSite = defineAppType({
  id: 'php-site',
  title: 'PHP website',
  description:
    'A website whose pages are computed by PHP, under a user of its own. Deploy your files, and it is online.',
  category: 'web',
  specVersion: 1,
  spec: PhpSiteSpec,
  files: SITE_FILES,
  check: (input) => [
    ...phpProblems(input.role, input.spec.phpVersion, input.node.name),
    ...settingsProblems(input.spec.phpSettings),
    ...routeProblems(planRoute({ ...input, app: { ...input.app, suspended: false } }, '')),
  ],
  resources: (input) => {
    const pool = phpPool.resource('main', planPool(input));
    return [
      ...siteFiles(input, phpStarter),
      pool,
      httpRoute.resource('main', planRoute(input, output(pool, 'socket'))),
    ];
  },
  uses: ({ spec }) => phpUses(spec),
  links: siteLinks,
  actions: phpSiteActions,
});

function planPool({ app, spec }: Input): Parameters<typeof phpPool.resource>[1] {
  const { files, data } = siteFolders(app.home);
  const { phpVersion, phpSettings, environment, workers } = spec;
  return {
    phpVersion,
    phpSettings,
    environment,
    systemEnvironment: { FREEHOLD_DATA: data },
    workers,
    folders: [files],
    suspended: app.suspended,
  };
}

function planRoute({ app, spec, releases }: Input, socket: string): Parameters<typeof httpRoute.resource>[1] {
  const { hostnames, redirects, errorPages, headers, browserCache, compression, limits } = spec;
  const { current, data } = siteFolders(app.home);
  const php = effectiveSettings(spec.phpSettings);
  if (app.suspended) return { hostnames: allHostnames(spec), suspended: true };
  return {
    hostnames,
    folder: current,
    documentRoot: releases.current ? spec.documentRoot : undefined,
    indexFiles: (releases.current && spec.indexFiles) ?? PHP_INDEX_FILES,
    fastcgi: {
      address: socket,
      frontController: releases.current ? spec.frontController : undefined,
      timeout: php.max_execution_time + SPARE_SECONDS,
    },
    redirects,
    aliases: spec.aliases?.map((alias) => ({
      path: alias.path,
      base: alias.in === 'data' ? data : current,
      folder: alias.folder,
    })),
    errorPages,
    headers,
    browserCache,
    compression,
    limits: { ...limits, bodySize: limits?.bodySize ?? php.post_max_size },
  };
}

/** nginx waits a little longer than php-fpm, which ends a request that takes too long. */
const SPARE_SECONDS = 20;
