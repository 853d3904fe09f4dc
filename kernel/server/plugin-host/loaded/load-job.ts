import type { CallContext } from '@freehold/sdk';
import { type TimeLimit, withTimeLimit } from '../../hooks/time-limit.ts';
import { PluginError, reasonOf } from '../boundary/plugin-error.ts';
import { type PluginScope, runInScope } from '../boundary/plugin-scope.ts';
import type { JobDeclaration } from '../loading/run-setup.ts';
import type { LoadedJob, PluginRef } from '../plugin-host.ts';

export interface JobSurroundings extends Omit<TimeLimit, 'milliseconds'> {
  readonly plugin: PluginRef;
  readonly scope: PluginScope;
  readonly context: Omit<CallContext, 'signal'>;
}

export function loadJob({ id, schedule, timeout, handler }: JobDeclaration, surroundings: JobSurroundings): LoadedJob {
  const { plugin, scope, context, ...limit } = surroundings;
  return {
    plugin,
    id,
    schedule,
    async run() {
      try {
        await withTimeLimit({ ...limit, milliseconds: timeout }, (signal) =>
          runInScope(scope, async () => handler({ ...context, signal })),
        );
      } catch (cause) {
        const timedOut = cause instanceof DOMException && cause.name === 'TimeoutError';
        const reason = timedOut ? `it did not end within ${timeout} ms` : `it failed: ${reasonOf(cause)}`;
        throw new PluginError(
          timedOut ? 'timeout' : 'threw',
          { plugin: plugin.id, name: `job ${id}` },
          { reason, cause },
        );
      }
    },
  };
}
