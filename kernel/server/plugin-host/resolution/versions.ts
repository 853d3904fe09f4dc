import semver from 'semver';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';

/** What a plugin says it was written for must be this version, and must end before some other. */
export function checkEngine(range: string, engine: string): PluginProblem[] {
  if (semver.validRange(range) === null) return [pluginProblem('range-invalid', `Its engine "${range}" is no range.`)];
  if (semver.satisfies('9999.0.0', range))
    return [pluginProblem('engine-unbounded', `Its engine "${range}" also allows versions that nobody knows yet.`)];
  if (satisfies(engine, range)) return [];
  const remedy = semver.ltr(coreOf(engine), range)
    ? 'Use a newer kernel, or an older version of the plugin.'
    : undefined;
  const message = `It is written for version ${range} of the plugin contract; this kernel has ${engine}.`;
  return [pluginProblem('engine-mismatch', message, remedy)];
}

/**
 * Whether a version is in a range. A pre-release counts as the release that it leads to: whoever installed it wants it,
 * and semver's own rule would let 2.0.0-rc.1 into "<2.0.0" but not into "^2.0.0".
 */
export function satisfies(version: string, range: string): boolean {
  return semver.satisfies(coreOf(version), range);
}

function coreOf(version: string): string {
  const { major, minor, patch } = semver.parse(version) ?? { major: 0, minor: 0, patch: 0 };
  return `${major}.${minor}.${patch}`;
}
