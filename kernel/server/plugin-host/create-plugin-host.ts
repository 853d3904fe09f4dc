import * as sdk from '@freehold/sdk';
import type { Log } from '../log/logger.ts';
import type { Clock } from '../time/clock.ts';
import { Host } from './host.ts';
import { defaultLimits, type PluginHostLimits } from './limits.ts';
import type { PluginHost, PluginRecords } from './plugin-host.ts';

export interface PluginHostOptions {
  /** Folders whose folders are plugins. Of two plugins that claim the same, the one of the earlier folder keeps it. */
  readonly folders: readonly string[];
  /** Version of the SDK contract that this kernel offers. */
  readonly engineVersion: string;
  readonly records: PluginRecords;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<PluginHostLimits>;
  /** The hooks that plugins may tap. Default: those of the kernel. */
  readonly hooks?: readonly sdk.Hook[];
  /** Asks every pure function twice and refuses those that answer in two ways. For tests. */
  readonly verifyPurity?: boolean;
}

/**
 * Makes a host that has no plugins yet: `load()` finds them. Until `close()` it also keeps errors that plugins let escape
 * from ending the process.
 */
export function createPluginHost(options: PluginHostOptions): PluginHost {
  const { hooks = kernelHooks(), limits = {}, verifyPurity = false, ...rest } = options;
  return new Host({
    ...rest,
    verifyPurity,
    limits: { ...defaultLimits, ...limits },
    hooks: new Map(hooks.map((hook) => [hook.id, hook])),
  });
}

/** All hooks that the SDK exports are the kernel's. */
function kernelHooks(): readonly sdk.Hook[] {
  return Object.values(sdk).filter(
    (value): value is typeof value & sdk.Hook =>
      typeof value === 'object' && '$$type' in value && value.$$type === 'freehold/hook',
  );
}
