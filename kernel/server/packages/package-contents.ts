import { type FieldProblem, invalid, problem } from '../errors/problem.ts';
import type { PackageFeatures, PackageLimits } from '../store/entities/index.ts';
import { amountOf, type Entitlement, type FeatureValue, includedOf, includesAll } from './entitlement.ts';
import type { EntitlementCatalogue } from './entitlement-catalogue.ts';
import { renderAmount } from './render-amount.ts';

/** What a package gives. */
export interface Contents {
  readonly limits: PackageLimits;
  readonly features: PackageFeatures;
}

/** @throws ProblemError invalid-request, with everything that no limit or feature knows or allows */
export function assertKnown({ limits, features }: Contents, catalogue: EntitlementCatalogue): void {
  const problems = [
    ...Object.entries(limits).flatMap(([id, amount]) =>
      findProblems(`/limits/${id}`, catalogue.findLimit(id), { what: `limit ${id}`, said: amount }),
    ),
    ...Object.entries(features).flatMap(([id, value]) =>
      findProblems(`/features/${id}`, catalogue.findFeature(id), { what: `feature ${id}`, said: value }),
    ),
  ];
  if (problems.length > 0) throw invalid(problems);
}

/** In words, what a package gives that its seller does not have. */
export function findExcess(
  { limits, features }: Contents,
  seller: Entitlement,
  catalogue: EntitlementCatalogue,
): string[] {
  const tooMuch = Object.entries(limits).flatMap(([id, amount]) => {
    const limit = catalogue.findLimit(id);
    const most = limit ? amountOf(limit, seller) : null;
    if (!limit || most === null || (amount !== null && amount <= most)) return [];
    const given = amount === null ? 'as much as there is' : renderAmount(amount, limit.unit);
    return [`${limit.title}: ${given}, and the seller has ${renderAmount(most, limit.unit)}.`];
  });
  const notTheirs = Object.entries(features).flatMap(([id, value]) => {
    const feature = catalogue.findFeature(id);
    if (!feature || includesAll(includedOf(feature, seller), value as FeatureValue)) return [];
    return [`${feature.title}: more than the seller has.`];
  });
  return [...tooMuch, ...notTheirs];
}

/** @throws ProblemError package-exceeds-entitlement */
export function assertWithin(contents: Contents, seller: Entitlement, catalogue: EntitlementCatalogue): void {
  const excess = findExcess(contents, seller, catalogue);
  if (excess.length > 0) throw problem('package-exceeds-entitlement', { reasons: excess.join(' ') });
}

interface Definition {
  validate(value: unknown): readonly FieldProblem[];
}

function findProblems(
  pointer: string,
  definition: Definition | undefined,
  { what, said }: { what: string; said: unknown },
): FieldProblem[] {
  if (!definition) {
    const remedy = 'GET /v1/package-contents lists what there is; a plugin that does not run contributes nothing.';
    return [{ pointer, rule: 'known', message: `There is no ${what}.`, remedy }];
  }
  if (said === null) return [];
  return definition.validate(said).map((one) => ({ ...one, pointer: pointer + one.pointer }));
}
