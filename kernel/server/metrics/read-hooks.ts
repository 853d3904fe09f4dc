import type { PluginHost } from '../plugin-host/plugin-host.ts';
import type { Reading } from './metrics.ts';

/** How the taps of each plugin do. */
export function readHooks(plugins: Pick<PluginHost, 'list'>): Reading {
  return ({ hookCalls, hookFailures, hookP95, hookOpen }) => {
    for (const { id: plugin, taps } of plugins.list())
      for (const { hook, calls, failures, p95, breaker } of taps) {
        hookCalls.set({ plugin, hook }, calls);
        hookFailures.set({ plugin, hook }, failures);
        hookP95.set({ plugin, hook }, p95 / 1_000);
        hookOpen.set({ plugin, hook }, breaker === 'open' ? 1 : 0);
      }
  };
}
