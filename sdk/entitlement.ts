import type { Static, TObject, TSchema } from './schema.ts';

/**
 * What of a limit counts against it.
 * - `total`: what all apps of a tenant take together, in the transaction that makes or changes an app.
 * - `each`: what one app takes by itself.
 * - `measured`: what nodes measured, which is known a little later. Who has reached it gets no new app and no new files.
 */
export type LimitKind = 'total' | 'each' | 'measured';

/** Something of which a package gives an amount: apps, bytes on disk, workers. */
export interface Limit {
  readonly $$type: 'freehold/limit';
  /** Of a plugin: its id, a dot and a name, `nginx-php.workers`. */
  readonly id: string;
  readonly title: string;
  /** One sentence for whoever puts a package together: what counts. */
  readonly description: string;
  /** `bytes` is shown as kB, MB and so on; anything else as it is: `workers`. */
  readonly unit: string;
  readonly kind: LimitKind;
  /** What was measured begins at 0 again with each calendar month (UTC). Left out: it is what is there at the time. */
  readonly period?: 'month';
  /** Amounts that a package may give: a whole number. */
  readonly schema: TSchema;
  /** The amount where no package says one; null: as much as there is. */
  readonly otherwise: number | null;
}

/** Something that a package includes or does not, `ssh`, or of which it includes some: the versions of PHP. */
export interface Feature {
  readonly $$type: 'freehold/feature';
  /** Of a plugin: its id, a dot and a name, `nginx-php.versions`. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** What a package may say: a boolean, or a list of texts. */
  readonly schema: TSchema;
  /** What holds where no package says anything; null: everything is included. */
  readonly otherwise: boolean | readonly string[] | null;
}

/** What an app takes of its tenant's entitlement, or what must be in it. See {@link takes} and {@link needs}. */
export type Use = LimitUse | FeatureUse;

/** So much of a limit. */
export interface LimitUse {
  readonly limit: string;
  /** A whole number, 0 or more. */
  readonly amount: number;
  /** What is taken. Several apps of one tenant that take the same take it once: a domain. */
  readonly key?: string;
  /** Where in the spec the reason stands, as a JSON Pointer: a refusal points there. */
  readonly pointer?: string;
}

/** That a feature is included, or this value of it. */
export interface FeatureUse {
  readonly feature: string;
  readonly value?: string;
  /** Where in the spec the reason stands, as a JSON Pointer: a refusal points there. */
  readonly pointer?: string;
}

/** What is known of an app when its uses are computed: nothing of a node, so that they are the same everywhere. */
export interface UsesInput<Spec> {
  readonly app: { readonly id: string; readonly name: string; readonly tenant: string };
  readonly spec: Spec;
}

/** What is known when a meter is read. */
export interface MeterInput<Spec> extends UsesInput<Spec> {
  /** What the node reported of the app's resources, by their keys. */
  readonly observed: Readonly<Record<string, unknown>>;
}

/** Declares a limit. The plugin's manifest names it. */
export function defineLimit(
  definition: Omit<Limit, '$$type' | 'kind' | 'otherwise'> & Partial<Pick<Limit, 'kind' | 'otherwise'>>,
): Limit {
  return { $$type: 'freehold/limit', kind: 'total', otherwise: null, ...definition };
}

/** Declares a feature. The plugin's manifest names it. */
export function defineFeature(
  definition: Omit<Feature, '$$type' | 'otherwise'> & Partial<Pick<Feature, 'otherwise'>>,
): Feature {
  return { $$type: 'freehold/feature', otherwise: null, ...definition };
}

/** So much of a limit is taken by the app. */
export function takes(
  limit: Pick<Limit, 'id'>,
  amount: number,
  more: Pick<LimitUse, 'key' | 'pointer'> = {},
): LimitUse {
  return { limit: limit.id, amount, ...more };
}

/** The app needs a feature, or one value of it. */
export function needs(feature: Pick<Feature, 'id'>, more: Pick<FeatureUse, 'value' | 'pointer'> = {}): FeatureUse {
  return { feature: feature.id, ...more };
}

/** The two functions of an app type that are about what its tenant bought. */
export interface Entitled<Schema extends TObject = TObject> {
  /** What an app takes of its tenant's entitlement besides itself and its domains, which the kernel counts. Pure. */
  uses?(input: UsesInput<Static<Schema>>): readonly Use[];
  /**
   * What is measured of an app, by the id of a limit that is `measured` and has no period. Pure; computed from what the node
   * reported, so the app has a resource whose output says it. A whole number, 0 or more.
   */
  readonly meters?: Readonly<Record<string, (input: MeterInput<Static<Schema>>) => number>>;
}
