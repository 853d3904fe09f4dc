import { debianPackage, type Resource, type RoleInput } from '@freehold/sdk';
import type { Config } from './config.ts';
import { nginxResources } from './node-role/nginx.role.ts';
import { phpResources } from './node-role/php.role.ts';
import { findPhps, type Php, phpObservation } from './node-role/php-versions.ts';

/**
 * What a node needs to serve sites. The first computation knows no PHP version: it installs the packages and looks. What
 * is found comes in with the second. php-fpm stands before nginx, so that a pool is there before the route that leads to it.
 */
export function role({ node, config, observed }: RoleInput<Config>): Resource[] {
  const phps = findPhps(observed) ?? [];
  return [
    ...packages(config, phps),
    phpObservation(config.phpSearchPaths),
    ...phpResources(node, config, phps),
    ...nginxResources(node, config),
  ];
}

/** Programs of the role's and the apps' own commands. */
const TOOLS = ['openssl', 'procps'];

function packages(config: Config, phps: readonly Php[]): Resource[] {
  return [...config.packages, ...TOOLS].map((name) => {
    const masks = unitsOf(name, phps);
    return debianPackage(masks.length > 0 ? { name, masks } : { name });
  });
}

/**
 * Units of the distribution that Freehold's services take the place of. `php-fpm` stands for some version that is known
 * when it has been found; until then nothing starts the unit, because nothing is started while packages are installed.
 */
function unitsOf(name: string, phps: readonly Php[]): string[] {
  if (name === 'nginx') return ['nginx.service'];
  if (name === 'php-fpm')
    return phps
      .filter(isDistributed)
      .slice(0, 16)
      .map(({ version }) => `php${version}-fpm.service`);
  const version = /^php([0-9]+\.[0-9]+)-fpm$/.exec(name)?.[1];
  return version ? [`php${version}-fpm.service`] : [];
}

function isDistributed({ program }: Php): boolean {
  return program.startsWith('/usr/sbin/');
}
