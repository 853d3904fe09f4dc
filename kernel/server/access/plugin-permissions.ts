import type { Permission as Contributed } from '@freehold/sdk';
import type { PluginHost } from '../plugin-host/plugin-host.ts';
import type { PluginPermissions } from './grant-rules.ts';
import type { Permission } from './permission-catalogue.ts';

/** What the plugins that are running add to the catalogue, at this moment. */
export function listPluginPermissions(plugins: Pick<PluginHost, 'permissions'>): PluginPermissions {
  return () => new Map(plugins.permissions().map((one) => [one.id, toPermission(one)]));
}

/** Plugins say what can be done with an app. */
export function toPermission({ title, roles }: Contributed): Permission {
  return { title, roles: ['super_admin', ...roles], on: 'app' };
}
