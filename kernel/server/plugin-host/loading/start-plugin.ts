import type { Hook } from '@freehold/sdk';
import type { TimeLimit } from '../../hooks/time-limit.ts';
import { copyJson } from '../../schema/json-copy.ts';
import type { PluginScope } from '../boundary/plugin-scope.ts';
import type { FoundPlugin } from '../discovery/found-plugin.ts';
import type { PluginProblem, PluginRecords, PluginState } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';
import { checkPlugin } from './check-plugin.ts';
import type { CheckedPlugin } from './checked-plugin.ts';
import { importPlugin } from './import-plugin.ts';
import { type Declarations, runSetup } from './run-setup.ts';

/** A plugin whose code is in this process and has said what it does. */
export interface StartedPlugin {
  readonly checked: CheckedPlugin;
  readonly declarations: Declarations;
  /** In this installation; frozen. */
  readonly config: unknown;
}

export interface StartSurroundings {
  readonly records: Pick<PluginRecords, 'loadConfig'>;
  readonly hooks: ReadonlyMap<string, Hook>;
  readonly limit: TimeLimit;
  readonly scope: PluginScope;
  readonly onStage: (stage: PluginState) => void;
}

/** Imports a plugin that was resolved, checks what it exports, and runs its setup. */
export async function startPlugin(
  { entry, manifest, version }: FoundPlugin,
  { records, hooks, limit, scope, onStage }: StartSurroundings,
): Promise<{ started: StartedPlugin } | { problems: readonly PluginProblem[] }> {
  if (entry === undefined || !manifest) throw new Error('Only a plugin without problems is started');
  const imported = await importPlugin(entry, limit, scope);
  if ('problem' in imported) return { problems: [imported.problem] };
  const { checked, problems } = checkPlugin(imported.exported, manifest);
  if (!checked) return { problems };
  onStage('loaded');

  const { config, problems: configProblems } = checkConfig(checked, await records.loadConfig(manifest.id));
  if (configProblems.length > 0) return { problems: configProblems };
  const declarations = runSetup(checked.plugin, { manifest, version, hooks, scope });
  if (declarations.problems.length > 0) return { problems: declarations.problems };
  onStage('set-up');
  return { started: { checked, declarations, config } };
}

function checkConfig(checked: CheckedPlugin, given: unknown): { config: unknown; problems: PluginProblem[] } {
  const { value, problems } = checked.config.validate(given ?? {});
  if (problems.length === 0) return { config: copyJson(value, { freeze: true }), problems: [] };
  return {
    config: undefined,
    problems: problems.map(({ pointer, message, remedy }) =>
      pluginProblem('config-invalid', `Its configuration is not valid at ${pointer}: ${message}`, remedy),
    ),
  };
}
