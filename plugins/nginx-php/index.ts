import { definePlugin } from '@freehold/sdk';
import { Config } from './config.ts';
import { phpMemory, phpVersions, phpWorkers } from './contract/php-entitlements.ts';
import { httpRouteDriver } from './http-route.driver.ts';
import { phpPoolDriver } from './php-pool.driver.ts';
import { phpSite } from './php-site.app-type.ts';
import { role } from './role.ts';
import { staticSite } from './static-site.app-type.ts';

export default definePlugin({
  config: Config,
  role,
  resourceTypes: [httpRouteDriver, phpPoolDriver],
  appTypes: [phpSite, staticSite],
  limits: [phpWorkers, phpMemory],
  features: [phpVersions],
});
