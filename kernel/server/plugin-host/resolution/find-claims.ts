import type { FoundPlugin } from '../discovery/found-plugin.ts';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';

/** Who provides what. Of two plugins that claim the same, the one that was found first keeps it. */
export interface Claims {
  readonly plugins: ReadonlyMap<string, FoundPlugin>;
  /** Ids of plugins that are here and claim nothing, because their manifest is not valid. */
  readonly invalid: ReadonlySet<string>;
  readonly resourceTypes: ReadonlyMap<string, { readonly provider: FoundPlugin; readonly version: number }>;
  readonly problems: ReadonlyMap<FoundPlugin, readonly PluginProblem[]>;
}

/** @param found in the order in which they may claim; those without a valid manifest claim nothing */
export function findClaims(found: readonly FoundPlugin[]): Claims {
  const plugins = new Map<string, FoundPlugin>();
  const invalid = new Set(found.filter(({ manifest }) => !manifest).map(({ id }) => id));
  const appTypes = new Map<string, FoundPlugin>();
  const resourceTypes = new Map<string, { provider: FoundPlugin; version: number }>();
  const problems = new Map<FoundPlugin, PluginProblem[]>();
  for (const plugin of found) {
    const { id, manifest } = plugin;
    if (!manifest) continue;
    const mine: PluginProblem[] = [];
    problems.set(plugin, mine);
    const first = plugins.get(id);
    if (first) {
      mine.push(
        pluginProblem('plugin-duplicate', `The plugin ${id} is in ${first.folder} and again in ${plugin.folder}.`),
      );
      continue;
    }
    plugins.set(id, plugin);
    for (const appType of manifest.contributes?.appTypes ?? []) {
      const other = appTypes.get(appType);
      if (other) mine.push(duplicate('app-type-duplicate', `app type ${appType}`, other));
      else appTypes.set(appType, plugin);
    }
    for (const [type, version] of Object.entries(manifest.contributes?.resourceTypes ?? {})) {
      const other = resourceTypes.get(type)?.provider;
      if (other) mine.push(duplicate('resource-type-duplicate', `resource type ${type}`, other));
      else resourceTypes.set(type, { provider: plugin, version });
    }
  }
  return { plugins, invalid, resourceTypes, problems };
}

function duplicate(
  code: 'app-type-duplicate' | 'resource-type-duplicate',
  what: string,
  other: FoundPlugin,
): PluginProblem {
  return pluginProblem(code, `It provides the ${what}, which plugin ${other.id} already provides.`);
}
