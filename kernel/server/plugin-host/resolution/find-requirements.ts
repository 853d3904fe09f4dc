import semver from 'semver';
import type { FoundPlugin } from '../discovery/found-plugin.ts';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';
import type { Claims } from './find-claims.ts';
import { satisfies } from './versions.ts';

export interface Requirements {
  /** Ids of the plugins that lower the resource types it uses. */
  readonly drivers: readonly string[];
  /** Ids of the plugins it needs by name. */
  readonly plugins: readonly string[];
  readonly problems: readonly PluginProblem[];
}

/** What a plugin needs of others, and what of it nobody has. */
export function findRequirements({ id, manifest }: FoundPlugin, claims: Claims): Requirements {
  const problems: PluginProblem[] = [];
  const drivers = new Set<string>();
  const plugins = new Set<string>();
  for (const [type, version] of Object.entries(manifest?.requires?.resources ?? {})) {
    const claim = claims.resourceTypes.get(type);
    if (claim?.version === version) drivers.add(claim.provider.id);
    else problems.push(claim ? otherContract(type, version, claim) : noProvider(type, version));
  }
  for (const [name, range] of Object.entries(manifest?.requires?.plugins ?? {})) {
    const required = claims.plugins.get(name);
    if (semver.validRange(range) === null)
      problems.push(pluginProblem('range-invalid', `"${range}", its range for plugin ${name}, is no range.`));
    else if (!required) problems.push(claims.invalid.has(name) ? notRunning(name, 'failed') : noPlugin(name));
    else if (satisfies(required.version, range)) plugins.add(name);
    else problems.push(otherVersion(name, range, required.version));
  }
  const others = (ids: Set<string>) => [...ids].filter((other) => other !== id).sort();
  return { drivers: others(drivers), plugins: others(plugins), problems };
}

/** A requirement is there and does not run. */
export function notRunning(name: string, state: string): PluginProblem {
  return pluginProblem('requirement-not-running', `It needs the plugin ${name}, which does not run (${state}).`);
}

function noPlugin(name: string): PluginProblem {
  return pluginProblem('plugin-missing', `It needs the plugin ${name}, which is not here.`);
}

function noProvider(type: string, version: number): PluginProblem {
  const message = `It needs the resource type ${type} (version ${version}), which no plugin provides.`;
  return pluginProblem('resource-missing', message);
}

function otherContract(
  type: string,
  version: number,
  claim: { provider: FoundPlugin; version: number },
): PluginProblem {
  const message = `It needs version ${version} of the resource type ${type}; plugin ${claim.provider.id} provides version ${claim.version}.`;
  return pluginProblem('resource-version-mismatch', message);
}

function otherVersion(name: string, range: string, version: string): PluginProblem {
  const message = `It needs version ${range} of the plugin ${name}; version ${version} is here.`;
  return pluginProblem('plugin-version-mismatch', message);
}
