import { HookSet } from '../hooks/hook-set.ts';
import type { Log } from '../log/logger.ts';
import type { PureFunctions } from './boundary/pure-functions.ts';
import { loadAppType } from './loaded/load-app-type.ts';
import { loadDriver } from './loaded/load-driver.ts';
import { loadFeature, loadLimit } from './loaded/load-entitlements.ts';
import { loadJob } from './loaded/load-job.ts';
import { loadRole } from './loaded/load-role.ts';
import { type PluginEntry, refOf } from './plugin-entry.ts';
import { PluginSet } from './plugin-set.ts';
import type { PluginSurroundings } from './plugin-surroundings.ts';

export interface ContributionParts {
  readonly log: Log;
  readonly functions: PureFunctions;
  readonly surroundings: PluginSurroundings;
  /** Plugins whose drivers a plugin's resources need. */
  readonly driversOf: (entry: PluginEntry) => readonly string[];
}

/** Builds what the running plugins give the kernel. */
export function contribute(
  running: readonly PluginEntry[],
  given: ContributionParts,
): { plugins: PluginSet; hooks: HookSet } {
  const parts = running.flatMap((entry) => (entry.started ? [partsOf(entry, entry.started, given)] : []));
  return {
    plugins: new PluginSet({
      appTypes: parts.flatMap(({ appTypes }) => appTypes),
      drivers: parts.flatMap(({ drivers }) => drivers),
      roles: parts.flatMap(({ role }) => role ?? []),
      jobs: parts.flatMap(({ jobs }) => jobs),
      limits: parts.flatMap(({ limits }) => limits),
      features: parts.flatMap(({ features }) => features),
      permissions: parts.flatMap(({ permissions }) => permissions),
    }),
    hooks: new HookSet(
      running.flatMap(({ taps }) => taps),
      given.log,
    ),
  };
}

function partsOf(
  entry: PluginEntry,
  { checked, declarations }: NonNullable<PluginEntry['started']>,
  { functions, driversOf, surroundings }: ContributionParts,
) {
  const plugin = refOf(entry);
  const { clock, stopping } = surroundings;
  const loaded = { plugin, functions, requires: driversOf(entry) };
  const scope = surroundings.scopeOf(plugin.id);
  const context = surroundings.contextOf(entry);
  return {
    appTypes: checked.appTypes.map((appType) => loadAppType(appType, loaded)),
    drivers: checked.drivers.map((driver) => loadDriver(driver, loaded)),
    limits: checked.limits.map((one) => loadLimit(one, plugin)),
    features: checked.features.map((one) => loadFeature(one, plugin)),
    permissions: checked.permissions,
    role: loadRole(checked, { ...loaded, displayName: entry.found.displayName }),
    jobs: declarations.jobs.map((job) => loadJob(job, { plugin, scope, context, clock, stopping })),
  };
}
