import type { PluginHost } from '../plugin-host/plugin-host.ts';
import type { PluginPermissions } from './grant-rules.ts';

/** What the plugins that are running add to the catalogue, at this moment. */
export function listPluginPermissions(_plugins: PluginHost): PluginPermissions {
  return () => new Map();
}
