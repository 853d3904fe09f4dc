import type { Capabilities } from '../manifest.ts';
import type { NodePaths } from '../node.ts';
import type { Primitive } from '../primitives.ts';

/** What owns resources on a node: `app:<app id>` or `role:<plugin id>`. */
export type OwnerKey = `app:${string}` | `role:${string}`;

/** A primitive, with the plugin that answers for it and the contributed resources it came from. */
export interface LoweredResource {
  readonly resource: Primitive;
  /** Id of the plugin whose function returned it; its capabilities count. */
  readonly plugin: string;
  /** Keys of the contributed resources, outermost first; empty when the app type or role returned it itself. */
  readonly via: readonly string[];
}

/** All that must exist on a node for one owner. */
export interface StateDocument {
  readonly owner: OwnerKey;
  /** What people call the owner in messages: the app's name, the plugin's title. */
  readonly title: string;
  /** The unix user of the app; left out for a role. */
  readonly user?: string;
  /** Grows with every reason to compute the document again. A report names the revision it is about. */
  readonly revision: number;
  /** Of the spec it was computed from. */
  readonly generation: number;
  readonly resources: readonly LoweredResource[];
  /** Values of the secrets, by the placeholder that stands for them in the resources. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** What the hoster approved for a plugin on this node. */
export interface Grant {
  readonly plugin: string;
  readonly version: string;
  readonly capabilities: Capabilities;
}

/** The folders that `{sites}` and its like stand for. */
export type PlaceholderPaths = NodePaths;
