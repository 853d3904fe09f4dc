import type { Hook } from '@freehold/sdk';
import type { FoundPlugin } from '../discovery/found-plugin.ts';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem, stateOf } from '../plugin-problem.ts';
import { type Claims, findClaims } from './find-claims.ts';
import { findCycles } from './find-cycles.ts';
import { findRequirements, notRunning, type Requirements } from './find-requirements.ts';
import { checkEngine } from './versions.ts';

/** What the kernel offers and what is known of plugins beyond their packages. */
export interface Surroundings {
  readonly engineVersion: string;
  readonly hooks: ReadonlyMap<string, Hook>;
  /** What else is wrong with a plugin: it is quarantined, not approved, or its code failed. */
  readonly furtherProblems: (plugin: FoundPlugin) => readonly PluginProblem[];
}

export interface Resolution {
  readonly problems: readonly PluginProblem[];
  /** Plugins whose drivers its resources need, those of its drivers included, its own included; ordered by id. */
  readonly drivers: readonly string[];
  /** Plugins that must run before it does. */
  readonly needs: readonly string[];
}

/** Finds everything that keeps plugins from running, of all plugins at once. Pure. */
export function resolvePlugins(
  found: readonly FoundPlugin[],
  surroundings: Surroundings,
): ReadonlyMap<FoundPlugin, Resolution> {
  const claims = findClaims(found);
  const requirements = new Map(found.map((plugin) => [plugin, findRequirements(plugin, claims)]));
  const problems = new Map<FoundPlugin, PluginProblem[]>();
  for (const plugin of found)
    problems.set(plugin, [
      ...plugin.problems,
      ...checkAgainstKernel(plugin, surroundings),
      ...(claims.problems.get(plugin) ?? []),
      ...(requirements.get(plugin)?.problems ?? []),
      ...surroundings.furtherProblems(plugin),
    ]);
  const graph = { claims, requirements };
  addConsequences(problems, graph, addCycles(problems, graph));
  return new Map(
    found.map((plugin) => [
      plugin,
      {
        problems: problems.get(plugin) ?? [],
        drivers: allDrivers(plugin, graph),
        needs: needsOf(requirements.get(plugin)),
      },
    ]),
  );
}

interface Graph {
  readonly claims: Claims;
  readonly requirements: ReadonlyMap<FoundPlugin, Requirements>;
}

function checkAgainstKernel({ manifest }: FoundPlugin, { engineVersion, hooks }: Surroundings): PluginProblem[] {
  if (!manifest) return [];
  const taps = Object.entries(manifest.contributes?.taps ?? {}).flatMap(([id, version]) => {
    const hook = hooks.get(id);
    if (!hook) return [pluginProblem('hook-unknown', `It taps ${id}, which this kernel does not have.`)];
    if (hook.version === version) return [];
    const message = `It taps version ${version} of ${id}; this kernel has version ${hook.version}.`;
    return [pluginProblem('hook-version-mismatch', message)];
  });
  return [...checkEngine(manifest.engine, engineVersion), ...taps];
}

/** Gives the needs that a cycle explains. */
function addCycles(problems: Map<FoundPlugin, PluginProblem[]>, { claims, requirements }: Graph): Set<string> {
  const edges = new Map([...claims.plugins].map(([id, plugin]) => [id, needsOf(requirements.get(plugin))]));
  const explained = new Set<string>();
  for (const cycle of findCycles(edges))
    for (const id of cycle) {
      for (const other of cycle) explained.add(`${id} ${other}`);
      const message = `It needs itself: ${[...cycle, cycle[0]].join(' → ')}.`;
      problems.get(claims.plugins.get(id) as FoundPlugin)?.push(pluginProblem('dependency-cycle', message));
    }
  return explained;
}

/** A plugin whose requirement does not run cannot run either, and so on. */
function addConsequences(
  problems: Map<FoundPlugin, PluginProblem[]>,
  { claims, requirements }: Graph,
  explained: Set<string>,
): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const plugin of claims.plugins.values())
      for (const need of needsOf(requirements.get(plugin))) {
        const state = stateOf(problems.get(claims.plugins.get(need) as FoundPlugin) ?? []);
        if (!state || explained.has(`${plugin.id} ${need}`)) continue;
        problems.get(plugin)?.push(notRunning(need, state));
        explained.add(`${plugin.id} ${need}`);
        changed = true;
      }
  }
}

function allDrivers(plugin: FoundPlugin, { claims, requirements }: Graph): string[] {
  const found = new Set([plugin.id]);
  for (const id of found) {
    const provider = id === plugin.id ? plugin : claims.plugins.get(id);
    for (const driver of (provider && requirements.get(provider)?.drivers) ?? []) found.add(driver);
  }
  return [...found].sort();
}

function needsOf(requirements: Requirements | undefined): string[] {
  return [...new Set([...(requirements?.drivers ?? []), ...(requirements?.plugins ?? [])])];
}
