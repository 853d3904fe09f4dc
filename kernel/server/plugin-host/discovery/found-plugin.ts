import type { Manifest } from '@freehold/sdk';
import type { PluginProblem } from '../plugin-host.ts';

/** What is known of a plugin without running it. */
export interface FoundPlugin {
  /** From the manifest; the folder's name when it cannot be read. */
  readonly id: string;
  readonly displayName: string;
  readonly description?: string;
  readonly version: string;
  readonly folder: string;
  /** Of its code and the SDK's, as they were before it was imported: see digestPlugin(). */
  readonly digest: string;
  /** Absent when it is not valid. */
  readonly manifest?: Manifest;
  /** Absolute path of its module; absent when there is none. */
  readonly entry?: string;
  readonly problems: readonly PluginProblem[];
}
