import { pathToFileURL } from 'node:url';
import { type TimeLimit, withTimeLimit } from '../../hooks/time-limit.ts';
import { reasonOf } from '../boundary/plugin-error.ts';
import { type PluginScope, runInScope } from '../boundary/plugin-scope.ts';
import type { PluginProblem } from '../plugin-host.ts';
import { pluginProblem } from '../plugin-problem.ts';

/** Imports a plugin's module and gives its default export. */
export async function importPlugin(
  entry: string,
  limit: TimeLimit,
  scope: PluginScope,
): Promise<{ exported: unknown } | { problem: PluginProblem }> {
  try {
    const module: { default?: unknown } = await withTimeLimit(limit, () =>
      runInScope(scope, () => import(pathToFileURL(entry).href)),
    );
    return { exported: module.default };
  } catch (error) {
    return { problem: isTimeout(error) ? tooLong(limit) : importFailed(error) };
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function tooLong({ milliseconds }: TimeLimit): PluginProblem {
  return pluginProblem('import-timeout', `Its module was not imported within ${milliseconds} ms.`);
}

function importFailed(error: unknown): PluginProblem {
  const reason = reasonOf(error).split('\n')[0];
  const missing = (error as { code?: string } | null)?.code === 'ERR_MODULE_NOT_FOUND';
  return pluginProblem(
    'import-failed',
    `Its module cannot be imported: ${reason}`,
    missing ? undefined : 'Tell the authors of the plugin.',
  );
}
