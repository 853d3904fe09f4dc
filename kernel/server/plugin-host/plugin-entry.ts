import type { Tap } from '../hooks/tap.ts';
import type { FoundPlugin } from './discovery/found-plugin.ts';
import type { StartedPlugin } from './loading/start-plugin.ts';
import type { PluginProblem, PluginRef, PluginState } from './plugin-host.ts';

/** What the host knows of one plugin. The host alone changes it. */
export interface PluginEntry {
  readonly found: FoundPlugin;
  /** How far it has come on its way to running. */
  stage: PluginState;
  /** What was wrong with its code. */
  failures: readonly PluginProblem[];
  started?: StartedPlugin;
  /** Made anew when it is reset, so that it starts with closed breakers. */
  taps: readonly Tap[];
}

export function newEntry(found: FoundPlugin): PluginEntry {
  return { found, stage: found.manifest ? 'validated' : 'discovered', failures: [], taps: [] };
}

export function refOf({ found: { id, version, manifest } }: PluginEntry): PluginRef {
  return { id, version, capabilities: manifest?.capabilities ?? {} };
}
