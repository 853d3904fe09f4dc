import type { CallContext } from '@freehold/sdk';
import { HookSet } from '../hooks/hook-set.ts';
import type { Log } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { PluginScope } from './boundary/plugin-scope.ts';
import type { PureFunctions } from './boundary/pure-functions.ts';
import { loadAppType } from './loaded/load-app-type.ts';
import { loadDriver } from './loaded/load-driver.ts';
import { loadJob } from './loaded/load-job.ts';
import { loadRole } from './loaded/load-role.ts';
import { type PluginEntry, refOf } from './plugin-entry.ts';
import { PluginSet } from './plugin-set.ts';

export interface ContributionSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly stopping: AbortSignal;
  readonly functions: PureFunctions;
  readonly scopeOf: (plugin: string) => PluginScope;
  readonly contextOf: (entry: PluginEntry) => Omit<CallContext, 'signal'>;
  /** Plugins whose drivers a plugin's resources need. */
  readonly driversOf: (entry: PluginEntry) => readonly string[];
}

/** Builds what the running plugins give the kernel. */
export function contribute(
  running: readonly PluginEntry[],
  surroundings: ContributionSurroundings,
): { plugins: PluginSet; hooks: HookSet } {
  const parts = running.flatMap((entry) => (entry.started ? [partsOf(entry, entry.started, surroundings)] : []));
  return {
    plugins: new PluginSet({
      appTypes: parts.flatMap(({ appTypes }) => appTypes),
      drivers: parts.flatMap(({ drivers }) => drivers),
      roles: parts.flatMap(({ role }) => role ?? []),
      jobs: parts.flatMap(({ jobs }) => jobs),
    }),
    hooks: new HookSet(
      running.flatMap(({ taps }) => taps),
      surroundings.log,
    ),
  };
}

function partsOf(
  entry: PluginEntry,
  { checked, declarations }: NonNullable<PluginEntry['started']>,
  { functions, driversOf, scopeOf, contextOf, clock, stopping }: ContributionSurroundings,
) {
  const plugin = refOf(entry);
  const loaded = { plugin, functions, requires: driversOf(entry) };
  const scope = scopeOf(plugin.id);
  const context = contextOf(entry);
  return {
    appTypes: checked.appTypes.map((appType) => loadAppType(appType, loaded)),
    drivers: checked.drivers.map((driver) => loadDriver(driver, loaded)),
    role: loadRole(checked, { ...loaded, displayName: entry.found.displayName }),
    jobs: declarations.jobs.map((job) => loadJob(job, { plugin, scope, context, clock, stopping })),
  };
}
