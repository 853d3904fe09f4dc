import type { PluginEntry } from './plugin-entry.ts';
import type { PluginProblem, PluginStatus } from './plugin-host.ts';
import { stateOf } from './plugin-problem.ts';

/** What people see of a plugin. */
export function statusOf(entry: PluginEntry, problems: readonly PluginProblem[]): PluginStatus {
  const { found, started, stage, taps } = entry;
  const { id, displayName, description, version, folder, digest, manifest } = found;
  const {
    appTypes = [],
    limits = [],
    features = [],
    permissions = [],
    resourceTypes = {},
    taps: tapped = {},
    jobs = [],
    role = false,
  } = manifest?.contributes ?? {};
  const state = stateOf(problems) ?? stage;
  return {
    id,
    displayName,
    ...(description === undefined ? {} : { description }),
    version,
    folder,
    digest,
    state,
    reason: state === 'running' ? '' : (problems.find((problem) => stateOf([problem]) === state)?.message ?? ''),
    problems,
    capabilities: manifest?.capabilities ?? {},
    contributes: { appTypes, limits, features, permissions, resourceTypes, taps: tapped, jobs, role },
    ...(started?.checked.plugin.config ? { config: started.checked.plugin.config } : {}),
    taps: state === 'running' ? taps.map((tap) => tap.status()) : [],
  };
}
