import type { Hook } from '@freehold/sdk';
import { problem } from '../errors/problem.ts';
import type { PluginHost } from '../plugin-host/plugin-host.ts';

/** Lets plugins refuse a change. @throws ProblemError change-refused with the plugin's reason */
export async function askGate<Input>(
  plugins: PluginHost,
  hook: Hook<'gate', Input, unknown>,
  input: Input,
): Promise<void> {
  const verdict = await plugins.hooks.gate(hook, input);
  if (verdict.allow) return;
  const { reason, plugin = 'unknown' } = verdict;
  throw problem('change-refused', { reason }, { fields: { plugin } });
}
