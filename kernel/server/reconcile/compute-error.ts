import { PluginError } from '../plugin-host/boundary/plugin-error.ts';

/** Why a document cannot be computed. It becomes the owner's Ready condition. */
export class ComputeError extends Error {
  override readonly name = 'ComputeError';
  /** One word for programs: `CapabilityMissing`. */
  readonly reason: string;
  /** The plugin that has to be changed, where it is one's fault. */
  readonly plugin: string | undefined;

  constructor(reason: string, message: string, options: { plugin?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.plugin = options.plugin;
  }
}

/** Calls a plugin; what it throws is said to be the plugin's. */
export async function blame<T>(plugin: string, action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof ComputeError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = cause instanceof PluginError ? reason : `Plugin ${plugin} failed in ${action}: ${reason}`;
    throw new ComputeError('PluginFailed', message, { plugin, cause });
  }
}
