import type { PackageFeatures, PackageLimits } from '../store/entities/index.ts';
import type { KnownFeature, KnownLimit } from './entitlement-catalogue.ts';

/** What one assigned package gives. */
export interface Grant {
  readonly limits: PackageLimits;
  readonly features: PackageFeatures;
  /** How many of it the tenant has. */
  readonly quantity: number;
}

/** All that a tenant was given; `everything` where nobody limits it. */
export type Entitlement = 'everything' | readonly Grant[];

/** What is included of a feature; null is all of it. */
export type FeatureValue = boolean | readonly string[] | null;

/**
 * The amount of a limit; null for as much as there is. Amounts of several packages add up; of what counts for each app by itself the
 * largest holds. Packages that say nothing of it neither give nor take: an addition of disk space is about disk space.
 */
export function amountOf(limit: Pick<KnownLimit, 'id' | 'kind' | 'otherwise'>, given: Entitlement): number | null {
  if (given === 'everything') return null;
  const said = given.flatMap(({ limits, quantity }) => {
    const amount = limits[limit.id];
    return amount === undefined ? [] : [{ amount, quantity }];
  });
  if (said.length === 0) return limit.otherwise;
  const amounts = said.map(({ amount, quantity }) => {
    if (amount === null) return null;
    return limit.kind === 'each' ? amount : amount * quantity;
  });
  const finite = amounts.filter((amount) => amount !== null);
  if (finite.length < amounts.length) return null;
  return limit.kind === 'each' ? Math.max(...finite) : finite.reduce((sum, amount) => sum + amount, 0);
}

/** What is included of a feature: all that any of the packages includes. */
export function includedOf(feature: Pick<KnownFeature, 'id' | 'otherwise'>, given: Entitlement): FeatureValue {
  if (given === 'everything') return null;
  const said = given.flatMap(({ features }) => {
    const value = features[feature.id];
    return value === undefined ? [] : [value];
  });
  if (said.length === 0) return feature.otherwise;
  if (said.includes(null)) return null;
  const lists = said.filter((value) => Array.isArray(value)) as (readonly string[])[];
  return lists.length > 0 ? [...new Set(lists.flat())].sort() : said.includes(true);
}

/** Whether a value of the feature, or the feature itself, is included. */
export function includes(included: FeatureValue, value: string | undefined): boolean {
  if (included === null || included === true) return true;
  if (included === false) return false;
  return value === undefined ? included.length > 0 : included.includes(value);
}

/** Whether all of the one is included in the other. */
export function includesAll(included: FeatureValue, wanted: FeatureValue): boolean {
  if (included === null || wanted === false) return true;
  if (wanted === null) return included === true;
  return wanted === true ? included === true : wanted.every((value) => includes(included, value));
}
